import MartletCore

extension HostArray {
    /// Rows `range` of N x channels x height x width as height x width x channels, the layout of devices.
    ///
    /// - Precondition: rank 4.
    public func channelsLast(rows range: Range<Int>) -> HostArray {
        precondition(shape.rank == 4, "\(shape) are no images")
        let (channels, size) = (shape[1], shape[2] * shape[3])
        func turn<T>(_ values: [T]) -> [T] {
            // One channel lies the same way in both.
            if channels == 1 { return Array(values[range.lowerBound * size ..< range.upperBound * size]) }
            return [T](unsafeUninitializedCapacity: range.count * channels * size) { result, count in
                var target = 0
                for row in range {
                    for pixel in 0..<size {
                        for channel in 0..<channels {
                            result.initializeElement(at: target, to: values[(row * channels + channel) * size + pixel])
                            target += 1
                        }
                    }
                }
                count = target
            }
        }
        let turned: Shape = [range.count, shape[2], shape[3], channels]
        return switch elements {
        case .float32(let values): HostArray(turned, turn(values))
        case .int32(let values): HostArray(turned, turn(values))
        case .uint8(let values): HostArray(turned, turn(values))
        }
    }
}
