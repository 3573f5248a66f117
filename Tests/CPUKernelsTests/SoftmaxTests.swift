import CMartletCPU
import MartletKernels
import Testing

@Suite struct SoftmaxTests {
    @Test func lossProbabilitiesAndGradient() {
        var generator = Generator(state: 21)
        for (rows, columns) in [(1, 1), (64, 10), (7, 17), (33, 129), (5, 1024), (3, 2500), (200, 3)] {
            let x = generator.ordinary(rows * columns)
            var labels = (0..<rows).map { _ in Int32.random(in: 0..<Int32(columns), using: &generator) }
            if rows > 3 { (labels[1], labels[2]) = (-1, Int32(columns)) }
            let lossGradient = generator.ordinary(rows)
            var loss: [Float] = [], probabilities: [Float] = [], gradient: [Float] = []
            for row in 0..<rows {
                let values = x[row * columns..<(row + 1) * columns]
                let greatest = values.max()!
                let e = values.map { martlet_host_exp($0 - greatest) }
                let sum = Naive.contiguous(MARTLET_SUM, e)
                let label = Int(labels[row])
                let valid = (0..<columns).contains(label)
                loss.append(valid ? martlet_host_log(sum) - (x[row * columns + label] - greatest) : .nan)
                probabilities += e.map { $0 / sum }
                gradient += e.enumerated().map { ($1 / sum - (valid && $0 == label ? 1 : 0)) * lossGradient[row] }
            }
            withPools { pool in
                for (name, kernels) in variants {
                    var resultLoss = [Float](repeating: 0, count: rows)
                    var result = [Float](repeating: 0, count: rows * columns), resultGradient = result
                    martlet_softmax_cross_entropy(kernels, pool, x, labels, rows, columns, &resultLoss, &result)
                    martlet_softmax_cross_entropy_gradient(
                        kernels, pool, result, labels, lossGradient, rows, columns, &resultGradient)
                    #expect(sameBits(resultLoss, loss), "loss \(rows)x\(columns) \(name)")
                    #expect(sameBits(result, probabilities), "probabilities \(rows)x\(columns) \(name)")
                    #expect(sameBits(resultGradient, gradient), "gradient \(rows)x\(columns) \(name)")
                }
            }
        }
    }
}
