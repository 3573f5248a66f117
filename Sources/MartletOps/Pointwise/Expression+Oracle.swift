import MartletKernels

extension Expression {
    /// The Float64 value of one element. Random bits are integers and therefore those of every backend.
    func evaluate(at index: Int, step: StepParameters, operand: (Int) -> Double) -> Double {
        var values: [Double] = []
        for instruction in instructions {
            switch instruction {
            case .operand(let number): values.append(operand(number))
            case .constant(let value): values.append(Double(value))
            case .uniform(let stream):
                values.append(uniform(randomBits(index, stream, step)))
            case .normal(let stream):
                // Box-Muller: elements 2k and 2k + 1 share a pair of uniform numbers.
                let first = uniform(randomBits(index & ~1, stream, step))
                let second = uniform(randomBits(index | 1, stream, step))
                let radius = (-2 * oracleLog(1 - first)).squareRoot()
                let angle = 2 * Double.pi * second
                values.append(radius * (index & 1 == 0 ? oracleCos(angle) : oracleSin(angle)))
            case .dropout(let stream, let threshold, let scale):
                values.append(randomBits(index, stream, step) >= threshold ? Double(scale) : 0)
            case .apply(let function, let arguments):
                values.append(function.formula(arguments.map { values[$0] }))
            }
        }
        return values[values.count - 1]
    }
}

private func uniform(_ bits: UInt32) -> Double { Double(bits >> 8) * 0x1p-24 }

private func randomBits(_ index: Int, _ stream: UInt32, _ step: StepParameters) -> UInt32 {
    martlet_host_random_bits(UInt32(index), step.step, stream, step.raw.seed_low, step.raw.seed_high)
}
