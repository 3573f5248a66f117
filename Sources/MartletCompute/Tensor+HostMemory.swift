import MartletBackend

extension Tensor {
    /// Where the elements lie, once they are computed, as long as the tensor lives and the device is open; nil where the
    /// device's memory is not the host's. Only to be read: other tensors may lie there too.
    /// - Throws: as `hostArray()`.
    public func hostMemory() throws(ComputeError) -> UnsafeRawPointer? {
        guard let buffer = try storage(operation: "hostMemory").buffer else { throw .closed(device: device.name) }
        try device.synchronize()
        return (buffer as? any HostBuffer)?.hostMemory
    }
}
