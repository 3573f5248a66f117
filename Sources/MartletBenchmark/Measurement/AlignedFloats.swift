import MartletCore

/// Memory of a contestant's own, aligned for vectors.
final class AlignedFloats {
    let values: UnsafeMutablePointer<Float>

    init(count: Int) {
        values = UnsafeMutableRawPointer.allocate(byteCount: max(4 * count, 64), alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
        values.initialize(repeating: 0, count: count)
    }

    init(_ array: HostArray) {
        values = UnsafeMutableRawPointer.allocate(byteCount: max(4 * array.count, 64), alignment: 64)
            .bindMemory(to: Float.self, capacity: array.count)
        _ = UnsafeMutableBufferPointer(start: values, count: array.count).initialize(from: array.floats)
    }

    deinit { values.deallocate() }
}
