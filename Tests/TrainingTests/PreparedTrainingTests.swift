import Martlet
import Testing

/// A run that is done again is a new run, bit for bit, and compiles nothing.
@Suite struct PreparedTrainingTests {
    @Test func runsAreAsNew() throws {
        let model = try Runs.perceptron()
        for device in TestDevices.each {
            let prepared = try PreparedTraining(
                try model.compile(optimizer: "adam", on: device, seed: 1), Runs.digits.train, validation: Runs.digits.test,
                options: Runs.options(epochs: 2))
            var optimizer = Optimizer.adam(learningRate: 0.01, weightDecay: 0.1)
            // The first diverges, and leaves nothing behind.
            #expect(throws: TrainingError.self) { try prepared.fit(.adam(learningRate: 1e30), seed: 4) }
            for (rate, seed, epochs) in [(0.01, 3, 2), (0.002, 3, 1), (0.01, 5, 3), (0.01, 3, 2)] {
                optimizer.learningRate = rate
                try optimizer.set("beta2", rate == 0.01 ? 0.99 : 0.999)
                let plans = Plan.made
                let history = try prepared.fit(optimizer, seed: UInt64(seed), epochs: epochs)
                #expect(Plan.made == plans)
                let fresh = try model.compile(optimizer: optimizer, on: device, seed: UInt64(seed))
                let expected = try fresh.fit(Runs.digits.train, validation: Runs.digits.test, options: Runs.options(epochs: epochs))
                #expect(try prepared.compiled.weightsSHA256() == fresh.weightsSHA256())
                #expect(history.epochs.map(\.validation) == expected.epochs.map(\.validation))
            }
        }
    }

    @Test func whatChangesThePlanIsRefused() throws {
        var options = Runs.options(epochs: 3)
        options.parameters = try ParameterRules(freeze: ["0.*"], unfreeze: ["2"], rateScales: [])
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[0])
        #expect(throws: TrainingError.self) { try PreparedTraining(compiled, Runs.digits.train, options: options) }
    }
}
