import MartletCore
import MartletKernels
import MartletOps

/// Values for the operands of a sample: the same on every machine, a function of the sample's label.
public struct SampleData: Sendable {
    /// In the order of the operation.
    public let operands: [HostArray]
    /// What the results hold before the launch.
    public let results: [HostArray]
    /// What the operation reads of a step: seed, number and the like.
    public let step: StepParameters

    /// Other values than a sample's own.
    package init(operands: [HostArray], results: [HostArray], step: StepParameters = StepParameters()) {
        (self.operands, self.results, self.step) = (operands, results, step)
    }

    /// Draws the values of a sample, by a seed that its label gives.
    public init(_ sample: Sample, resultTypes: [TensorType]) {
        // FNV-1a of the label, so that no two samples draw the same numbers.
        let seed = sample.label.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
        operands = zip(sample.operands, sample.fillings).enumerated().map { place, operand in
            Self.array(operand.0, operand.1, seed, UInt32(place))
        }
        results = resultTypes.enumerated().map { place, type in
            // Anything a launch does not write would show.
            let filling = place < sample.resultFillings.count ? sample.resultFillings[place] : .constant(type.dtype == .float32 ? 77 : 7)
            return Self.array(type, filling, seed, 100 + UInt32(place))
        }
        var step = StepParameters(seed: 0x1234_5678_9ABC_DEF0)
        step.step = 41
        step.batchStart = 128
        step.sampleCount = 1797
        step.shuffleKey = 0xFEDC_BA98_7654_3210
        if let update = sample.operation as? Update {
            step.setScalars(
                of: update.rule, iteration: 42, rate: 0.01, weightDecay: 0.1, settings: update.rule.settings.map(\.value))
        }
        self.step = step
    }

    private static func array(_ type: TensorType, _ filling: Sample.Filling, _ seed: UInt32, _ stream: UInt32) -> HostArray {
        let count = type.elementCount
        func bits(_ index: Int) -> UInt32 { martlet_host_random_bits(UInt32(index), 0, stream, seed, 0) }
        func uniform(_ index: Int) -> Float { Float(bits(index) >> 8) * 0x1p-24 }
        func normal(_ index: Int) -> Float { martlet_host_normal(UInt32(index), 0, stream, seed, 0) }
        switch type.dtype {
        case .int32, .uint8:
            let values = (0..<count).map { index in
                switch filling {
                case .integers(let bound): Int32(bits(index) % UInt32(bound))
                case .constant(let value): Int32(value)
                default: Int32(bits(index) % 7)
                }
            }
            return type.dtype == .int32 ? HostArray(type.shape, values) : HostArray(type.shape, values.map { UInt8($0) })
        case .float32:
            var values = (0..<count).map { index in
                switch filling {
                case .normal: normal(index)
                case .awayFromZero: normal(index) + (normal(index) > 0 ? 0.25 : -0.25)
                case .uniform(let low, let high): low + (high - low) * uniform(index)
                case .integers(let bound): Float(bits(index) % UInt32(bound))
                case .constant(let value): value
                case .probabilities: 0.05 + uniform(index)
                case .special: bits(index) % 3 == 0 ? specials[Int(bits(index) >> 8) % specials.count] : normal(index)
                }
            }
            if filling == .probabilities {
                for row in stride(from: 0, to: count, by: type.shape.last) {
                    let sum = values[row ..< row + type.shape.last].reduce(0, +)
                    for index in row ..< row + type.shape.last { values[index] /= sum }
                }
            }
            return HostArray(type.shape, values)
        }
    }

    /// What arithmetic most often gets wrong.
    private static let specials: [Float] = [
        0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
        .leastNormalMagnitude, -.leastNormalMagnitude, 0x1.16c2p-133, -0x1.0552p-128, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
        88.72283, 88.72284, -87.33655, -103.97208, -104, 9.01, -9.01, 16.6, -16.7, 0.5, 0x1p-24, 1 - 0x1p-24, 1 + 0x1p-23,
        1e-4, -1e-4, 1e30, -1e30,
    ]
}
