import MartletCore
import MartletBackend
import MartletCPU
import MartletNN
import MartletTraining

/// How a training step's cost grows with the batch, the width and the depth of a perceptron, and with the threads; and how long
/// planning takes.
package enum SizeCases {
    /// One of them, by the name and the shape that reports have.
    package struct Case: Sendable {
        package let name: String
        package let shape: String
        let measure: @Sendable (BenchmarkTarget, Opponents, Schedule, () -> Bool) throws -> [BenchmarkRow]
    }

    package static let batches = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    package static let widths = [64, 128, 256, 512, 1024, 2048, 4096]
    package static let depths = [1, 2, 4, 8, 16, 32, 64]
    private static let usualBatch = 128

    package static let all: [Case] =
        batches.map { step("batch", "\($0)", perceptron(width: 512, depth: 2), batch: $0) }
        + widths.map { step("width", "\($0)", perceptron(width: $0, depth: 2), batch: usualBatch) }
        + depths.map { step("depth", "\($0)", perceptron(width: 256, depth: $0), batch: usualBatch) }
        + StepModel.all.map(threads) + depths.map(planning)

    /// Hidden layers of one width on the pixels of MNIST.
    package static func perceptron(width: Int, depth: Int) -> StepModel {
        StepModel(name: "mlp", input: [784], optimizer: .adam()) {
            try Model.perceptron(input: [784], widths: Array(repeating: width, count: depth), outputs: StepModel.classes)
        }
    }

    private static func step(_ name: String, _ shape: String, _ model: StepModel, batch: Int) -> Case {
        Case(name: name, shape: shape) { target, opponents, schedule, shouldStop in
            var row = try StepCase(model: model, batch: batch).measure(on: target, against: opponents, schedule, shouldStop: shouldStop)
            (row.suite, row.name, row.shape) = (.size, name, shape)
            return [row]
        }
    }

    /// All threads in turns with one; nothing where there is only one, or where the driver has threads of its own.
    private static func threads(_ model: StepModel) -> Case {
        Case(name: "threads", shape: "\(model.name) batch \(usualBatch)") { target, _, schedule, shouldStop in
            guard !target.isOpenCL, target.threads > 1 else { return [] }
            let data = try model.data(samples: 16 * usualBatch)
            let contestants = try [target.threads, 1].map {
                try TrainingTurns(model, data, batch: usualBatch, on: try CPUDevice(threads: $0))
            }
            var outcomes = [Outcome("martlet"), Outcome("1 thread")]
            for _ in 0..<max(3, schedule.rounds / 4) {
                for (place, turns) in contestants.enumerated() {
                    if shouldStop() { throw BenchmarkInterrupted() }
                    settle()
                    outcomes[place] = Outcome(outcomes[place].name, seconds: outcomes[place].seconds + [try turns.turn()])
                }
            }
            let hashes = try contestants.map { try $0.weightsSHA256() }
            if hashes[0] != hashes[1] {
                outcomes[0].problem = "the weights' SHA-256 is \(hashes[0].prefix(8))…, and \(hashes[1].prefix(8))… with 1 thread"
            }
            return [BenchmarkRow(
                .size, "threads", "\(model.name) batch \(usualBatch)", on: target, unit: .samples, amount: Double(usualBatch), outcomes[0],
                against: [outcomes[1]])]
        }
    }

    /// From layers to a plan, which no device has a part in.
    private static func planning(depth: Int) -> Case {
        Case(name: "planning", shape: "\(depth)") { target, _, schedule, shouldStop in
            let model = perceptron(width: 256, depth: depth)
            let data = try model.data(samples: usualBatch)
            let clock = ContinuousClock()
            var times: [Double] = []
            var launches: Set<Int> = []
            for _ in 0..<max(3, schedule.rounds) {
                if shouldStop() { throw BenchmarkInterrupted() }
                let start = clock.now
                let plan = try model.build().trainingPlan(data, loss: .crossEntropy, optimizer: model.optimizer, batchSize: usualBatch)
                times.append((clock.now - start).inSeconds)
                launches.insert(plan.program.launches.count)
            }
            let problem = launches.count == 1 ? nil : "plans of the same model have \(launches.sorted()) launches"
            return [BenchmarkRow(
                .size, "planning", "\(depth)", on: target, unit: .microseconds, amount: 1,
                Outcome("martlet", seconds: times, problem: problem))]
        }
    }
}
