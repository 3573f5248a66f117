import MartletBackend
import MartletCore
import MartletOps

extension Sample {
    /// The types of the results.
    public func resultTypes() throws(ShapeError) -> [TensorType] { try operation.resultTypes(operands) }

    /// The results of one launch on a device.
    public func run(on device: some Device, _ data: SampleData) throws(DeviceError) -> [HostArray] {
        try PreparedSample(self, data, on: device).run()
    }

    /// The results of the operation's Float64 formula.
    public func oracle(_ data: SampleData) -> [[Double]] {
        func tensor(_ array: HostArray) -> OracleTensor {
            OracleTensor(array.type, array.dtype == .float32 ? array.floats.map(Double.init) : array.integers.map(Double.init))
        }
        var results = data.results.map(tensor)
        operation.evaluate(data.operands.map(tensor), into: &results, step: data.step)
        return results.map(\.values)
    }
}

/// Whether two results agree under the numerics contract.
public func sameBits(_ a: HostArray, _ b: HostArray) -> Bool {
    guard a.type == b.type else { return false }
    return a.dtype == .float32 ? sameBits(a.floats, b.floats) : a.elements == b.elements
}
