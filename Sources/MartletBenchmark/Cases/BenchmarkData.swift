import MartletCore
import MartletKernels
import MartletOps

/// Values for the operands of cases: the same on every machine.
enum BenchmarkData {
    static func normal(_ shape: Shape, stream: Int) -> HostArray { array(TensorType(shape), .normal, stream) }

    static func array(_ type: TensorType, _ filling: Sample.Filling, _ stream: Int) -> HostArray {
        let count = type.elementCount
        let key = UInt32(truncatingIfNeeded: stream)
        func bits(_ index: Int) -> UInt32 { martlet_host_random_bits(UInt32(truncatingIfNeeded: index), 0, key, seed, 0) }
        func floats(_ fill: (UnsafeMutablePointer<Float>, UInt32, UInt32, UInt32, UInt32, UInt32) -> Void) -> [Float] {
            [Float](unsafeUninitializedCapacity: count) { values, filled in
                if let base = values.baseAddress { fill(base, UInt32(count), 0, key, seed, 0) }
                filled = count
            }
        }
        switch type.dtype {
        case .int32, .uint8:
            let values = (0..<count).map { index -> Int32 in
                switch filling {
                case .constant(let value): Int32(value)
                case .integers(let bound): Int32(bits(index) % UInt32(bound))
                default: Int32(bits(index) % 7)
                }
            }
            return type.dtype == .int32 ? HostArray(type.shape, values) : HostArray(type.shape, values.map { UInt8($0) })
        case .float32:
            var values: [Float]
            switch filling {
            // Special values are for checks of bits: their speed is nobody's.
            case .normal, .special: values = floats(martlet_host_fill_normal)
            case .awayFromZero: values = floats(martlet_host_fill_normal).map { $0 + ($0 > 0 ? 0.25 : -0.25) }
            case .uniform(let low, let high): values = floats(martlet_host_fill_uniform).map { low + (high - low) * $0 }
            case .constant(let value): values = [Float](repeating: value, count: count)
            case .integers(let bound): values = (0..<count).map { Float(bits($0) % UInt32(bound)) }
            case .probabilities:
                values = floats(martlet_host_fill_uniform).map { 0.05 + $0 }
                for row in stride(from: 0, to: count, by: type.shape.last) {
                    let sum = values[row ..< row + type.shape.last].reduce(0, +)
                    for index in row ..< row + type.shape.last { values[index] /= sum }
                }
            }
            return HostArray(type.shape, values)
        }
    }

    private static let seed: UInt32 = 0x5EED
}
