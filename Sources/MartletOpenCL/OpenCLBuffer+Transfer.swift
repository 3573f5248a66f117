internal import CMartletOpenCL
import MartletBackend

extension OpenCLBuffer {
    /// Writes bytes and waits until they are on the device.
    /// - Throws: `DeviceError.call`.
    /// - Precondition: the bytes fit.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) throws(DeviceError) {
        _ = try transfer(bytes.count, offset, "clEnqueueWriteBuffer", wantsEvent: false) { _ in
            martlet_cl_enqueue_write(context.queue.raw, handle.raw, 1, offset, bytes.count, bytes.baseAddress, nil)
        }
    }

    /// Reads bytes once everything enqueued before is done, and waits for them.
    /// - Throws: `DeviceError.call`.
    /// - Precondition: the bytes are there.
    public func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int = 0) throws(DeviceError) {
        _ = try transfer(bytes.count, offset, "clEnqueueReadBuffer", wantsEvent: false) { _ in
            martlet_cl_enqueue_read(context.queue.raw, handle.raw, 1, offset, bytes.count, bytes.baseAddress, nil)
        }
    }

    /// Enqueues a write without waiting. The caller keeps the bytes alive and unchanged until the event is done.
    /// - Returns: nil where there is nothing to write.
    /// - Throws: `DeviceError.call`.
    public func enqueueWrite(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) throws(DeviceError) -> OpenCLEvent? {
        try transfer(bytes.count, offset, "clEnqueueWriteBuffer", wantsEvent: true) { event in
            martlet_cl_enqueue_write(context.queue.raw, handle.raw, 0, offset, bytes.count, bytes.baseAddress, event)
        }
    }

    /// Enqueues a read without waiting. The caller keeps the memory alive and untouched until the event is done.
    /// - Returns: nil where there is nothing to read.
    /// - Throws: `DeviceError.call`.
    public func enqueueRead(
        into bytes: UnsafeMutableRawBufferPointer, at offset: Int = 0
    ) throws(DeviceError) -> OpenCLEvent? {
        try transfer(bytes.count, offset, "clEnqueueReadBuffer", wantsEvent: true) { event in
            martlet_cl_enqueue_read(context.queue.raw, handle.raw, 0, offset, bytes.count, bytes.baseAddress, event)
        }
    }

    /// Enqueues the filling of a range (to the end by default) with a pattern; the pattern is copied at once.
    /// - Throws: `DeviceError.call`.
    /// - Precondition: the pattern has 1, 2, 4, ... or 128 bytes; offset and count are multiples of that, and in range.
    public func fill(_ pattern: [UInt8] = [0], at offset: Int = 0, byteCount: Int? = nil) throws(DeviceError) {
        let size = byteCount ?? self.byteCount - offset
        precondition(pattern.count.nonzeroBitCount == 1 && pattern.count <= 128, "a pattern of \(pattern.count) bytes")
        precondition(offset % pattern.count == 0 && size % pattern.count == 0, "the range holds no whole patterns")
        _ = try transfer(size, offset, "clEnqueueFillBuffer", wantsEvent: false) { _ in
            martlet_cl_enqueue_fill(context.queue.raw, handle.raw, pattern, pattern.count, offset, size, nil)
        }
    }

    /// Enqueues a copy from another buffer of the same context (or from this one, where the ranges do not overlap).
    /// - Throws: `DeviceError.call`.
    public func copy(
        from source: OpenCLBuffer, at sourceOffset: Int = 0, to offset: Int = 0, byteCount: Int
    ) throws(DeviceError) {
        precondition(sourceOffset >= 0 && sourceOffset + byteCount <= source.byteCount, "the source has no such range")
        _ = try transfer(byteCount, offset, "clEnqueueCopyBuffer", wantsEvent: false) { _ in
            martlet_cl_enqueue_copy(
                context.queue.raw, source.handle.raw, handle.raw, sourceOffset, offset, byteCount, nil)
        }
    }

    /// Writes an array and waits.
    /// - Throws: `DeviceError.call`.
    public func write<T: BitwiseCopyable>(_ values: [T], at offset: Int = 0) throws(DeviceError) {
        try values.withUnsafeBufferPointer { (values) throws(DeviceError) in
            try write(UnsafeRawBufferPointer(values), at: offset)
        }
    }

    /// Reads an array.
    /// - Throws: `DeviceError.call`.
    public func read<T: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ type: T.Type = T.self, count: Int, at offset: Int = 0
    ) throws(DeviceError) -> [T] {
        var values = [T](repeating: 0, count: count)
        try values.withUnsafeMutableBufferPointer { (values) throws(DeviceError) in
            try read(into: UnsafeMutableRawBufferPointer(values), at: offset)
        }
        return values
    }

    /// Checks the range and the status; an empty range is no command, since OpenCL 1.2 refuses it.
    private func transfer(
        _ size: Int, _ offset: Int, _ call: StaticString, wantsEvent: Bool,
        _ body: (UnsafeMutablePointer<cl_event?>) -> cl_int
    ) throws(DeviceError) -> OpenCLEvent? {
        precondition(
            offset >= 0 && size >= 0 && offset + size <= byteCount,
            "bytes \(offset)..<\(offset + size) are not in '\(purpose)', which has \(byteCount)")
        guard size > 0 else { return nil }
        var event: cl_event?
        try check(body(&event), call, "bytes \(offset)..<\(offset + size) of \(purpose), device \(context.device.label)")
        return wantsEvent ? try OpenCLEvent(owning: event, of: call, on: context) : nil
    }
}
