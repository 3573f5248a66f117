import MartletCore

/// How a sample lies in a device's memory.
enum SampleLayout: Hashable, Sendable {
    case asStored
    /// Channels x height x width in files, height x width x channels on devices.
    case channelsLast

    /// - Returns: the type of samples that are stored as the given one.
    func deviceType(_ type: TensorType) -> TensorType {
        let shape = type.shape
        return self == .asStored ? type : TensorType([shape[0], shape[2], shape[3], shape[1]], type.dtype)
    }

    /// Rows of an array, one after the other, as they lie on a device.
    func gather(_ array: HostArray, _ rows: some Sequence<Int>, into target: UnsafeMutableRawBufferPointer) {
        switch array.elements {
        case .float32(let values): gather(values, rows, array.shape, into: target)
        case .int32(let values): gather(values, rows, array.shape, into: target)
        case .uint8(let values): gather(values, rows, array.shape, into: target)
        }
    }

    private func gather<T: BitwiseCopyable>(
        _ values: [T], _ rows: some Sequence<Int>, _ shape: Shape, into target: UnsafeMutableRawBufferPointer
    ) {
        let width = shape.withoutFirst.elementCount
        let channels = self == .channelsLast ? shape[1] : 1, size = width / max(1, channels)
        let target = target.bindMemory(to: T.self)
        values.withUnsafeBufferPointer { values in
            var start = 0
            for row in rows {
                defer { start += width }
                let source = UnsafeBufferPointer(rebasing: values[row * width ..< (row + 1) * width])
                guard channels > 1 else {
                    _ = UnsafeMutableBufferPointer(rebasing: target[start...]).update(fromContentsOf: source)
                    continue
                }
                var place = start
                for pixel in 0..<size {
                    for channel in 0..<channels {
                        target[place] = source[channel * size + pixel]
                        place += 1
                    }
                }
            }
        }
    }
}
