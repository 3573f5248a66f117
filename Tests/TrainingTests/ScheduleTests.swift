import Foundation
import Martlet
import MartletOps
import TestSupport
import Testing

@Suite struct ScheduleTests {
    private func rates(_ text: String, epochs: Int = 10, perEpoch: Int = 6, base: Double = 0.1) throws -> [Double] {
        let run = RunLength(iterationsPerEpoch: perEpoch, epochs: epochs)
        let schedule = try Schedule(parsing: text).resolved(for: run)
        return (0..<run.iterations).map { schedule.rate(at: $0, base: base) }
    }

    /// Martlet's own functions against the C library's, which are there to compare with only.
    @Test func functionsOfTheHost() {
        for step in -4000...4000 {
            let x = Double(step) / 997
            #expect(abs(cosine(halfTurns: x) - cos(.pi * x)) <= 4e-15)
            #expect(abs(exponential(-x.magnitude) / exp(-x.magnitude) - 1) < 1e-15)
            let y = exp(x * 100)
            #expect(abs(logarithm(y) - log(y)) <= 4e-16 * max(1, abs(log(y))))
            #expect(abs(power(0.5 + x.magnitude / 10, 0.7) - pow(0.5 + x.magnitude / 10, 0.7)) < 1e-14)
        }
        // Exact where it should be.
        #expect((0...8).map { cosine(halfTurns: Double($0) / 2) } == [1, 0, -1, 0, 1, 0, -1, 0, 1])
        #expect(logarithm(1) == 0 && logarithm(0) == -.infinity && logarithm(-1).isNaN && power(0, 0.5) == 0 && power(0, 0.0) == 1)
    }

    @Test func oneAfterTheOther() throws {
        let joined = try rates("linear_warmup:total=1epoch,start_factor=0.5 then cosine:eta_min=0.01")
        let alone = try rates("warmup_cosine:warmup=6,start_factor=0.5,t_max=54,eta_min=0.01")
        #expect(joined == alone)
        #expect(joined[0] == 0.05 && joined[6] == 0.1)
        // What is left of the run is shared out among what follows.
        let three = try Schedule(parsing: "linear_warmup:6 then constant:total=50% then polynomial")
        #expect(three.resolved(for: RunLength(iterationsPerEpoch: 6, epochs: 10)).text
            == "linear_warmup:total=6,start_factor=0.1,end_factor=1 then constant:factor=1,total=30 then polynomial:total=24,power=1")
        #expect(try Schedule("linear_warmup", ["total": .epochs(1)]).then("cosine", ["eta_min": 1e-5]).description
            == "linear_warmup:total=1epoch then cosine:eta_min=1e-05")
        let error = #expect(throws: TrainingError.self) { try Schedule(parsing: "cosine_restarts then cosine") }
        #expect(error?.description.contains("has no end") == true)
    }

    /// A resolved schedule written out and read again is the same, whatever the run.
    @Test(arguments: ScheduleRule.all.map(\.name))
    func textsGoThere(name: String) throws {
        let required = ["step": ":step_size=2epochs", "multistep": ":milestones=1epoch/50%/58", "exponential": ":gamma=0.97", "exponential_k": ":0.1", "inverse_time": ":0.1"]
        let run = RunLength(iterationsPerEpoch: 6, epochs: 10)
        let schedule = try Schedule(parsing: name + (required[name] ?? ""))
        let resolved = schedule.resolved(for: run)
        let other = RunLength(iterationsPerEpoch: 17, epochs: 3)
        #expect(try Schedule(parsing: resolved.text).resolved(for: other) == resolved)
        #expect(try Schedule(parsing: schedule.description) == schedule)
        // Behind its end too, and for ever.
        for t in [0, 1, 59, 60, 1_000_000] {
            let rate = resolved.rate(at: t, base: 0.1)
            #expect(rate.isFinite && rate >= 0 && rate <= 0.1, "\(name) at \(t) is \(rate)")
        }
    }

    @Test func plateau() {
        var plateau = ReduceOnPlateau(improvement: Improvement(of: .loss), factor: 0.5, patience: 1, cooldown: 1, leastRate: 0.02)
        // Better, not better, not better: halved; one of cooldown; what is not a number is not better.
        let reduced = [3.0, 3, 4, 4, .nan, 4, 4, 4, .infinity].map { plateau.report($0) }
        #expect(reduced == [false, false, true, false, false, true, false, false, true])
        #expect(plateau.applied(to: 0.1) == 0.02)
        #expect(plateau.applied(to: 0.001) == 0.001)
    }

    @Test func badSchedules() {
        for (text, part) in [
            ("cosin", "did you mean 'cosine'?"), ("", "unknown schedule ''"), ("cosine:eta_min", "eta_min"), ("cosine:t_max=-5", "number of iterations"),
            ("step", "step_size"), ("step:step_size=10,gama=0.1", "did you mean 'gamma'?"), ("cosine:t_max=5,t_max=6", "given twice"),
            ("exponential:gamma=nan", "at least 0"), ("one_cycle:pct_start=2", "from 0 to 1"), ("one_cycle:anneal_strategy=round", "one of cos, linear"),
            ("multistep:milestones=", "lengths"), ("multistep:milestones=3/x", "lengths"), ("cosine:eta_min=0.1,5", "SETTING=VALUE"),
        ] {
            let error = #expect(throws: TrainingError.self, "\(text)") { try Schedule(parsing: text) }
            #expect(error?.description.contains(part) == true, "\(text): \(String(describing: error))")
        }
    }

    @Test func historyTellsTheRate() throws {
        let compiled = try Runs.perceptron().compile(optimizer: .momentum(learningRate: 0.1), on: TestDevices.cpu[0])
        var options = Runs.options(epochs: 3)
        options.schedule = try Schedule("one_cycle")
        let history = try compiled.fit(Runs.digits.train, options: options)
        let expected = try Schedule("one_cycle").resolved(for: RunLength(iterationsPerEpoch: 15, epochs: 3))
        #expect(history.epochs.map(\.learningRate) == [14, 29, 44].map { expected.rate(at: $0, base: 0.1) })
        #expect(history.epochs.map(\.momentum) == [14, 29, 44].map { expected.momentum(at: $0) })
    }

    /// Bits on every device, and through an interruption in the middle of an epoch on one device and resumption on another.
    @Test(arguments: ["one_cycle:max_lr=0.01", "linear_warmup:10 then cosine:eta_min=1e-4", "reduce_on_plateau:patience=0,factor=0.5,threshold=0.5"])
    func resumed(text: String) throws {
        let folder = try TemporaryFolder()
        let model = try Runs.perceptron()
        var options = Runs.options(epochs: 4)
        options.schedule = try Schedule(parsing: text)
        var hashes: Set<String> = []
        var histories: Set<[Double?]> = []
        for device in TestDevices.each {
            let whole = try model.compile(optimizer: .adam(), on: device, seed: 7)
            histories.insert(try whole.fit(Runs.digits.train, validation: Runs.digits.test, options: options).epochs.map(\.learningRate))
            hashes.insert(try whole.weightsSHA256())
        }
        for (first, second) in zip(TestDevices.each, TestDevices.each.reversed()) {
            var stopped = options
            stopped.checkpoint = folder.file("run")
            let interrupted = try model.compile(optimizer: .adam(), on: first, seed: 7)
            #expect(throws: TrainingError.self) {
                try interrupted.fit(Runs.digits.train, validation: Runs.digits.test, options: stopped, callbacks: [StopAfter(37)])
            }
            let resumed = try model.compile(optimizer: .adam(), on: second, seed: 7)
            let checkpoint = try Checkpoint.read(folder.file("run"))
            let point = try resumed.restore(checkpoint, options: options, data: Runs.digits.train)
            histories.insert(try resumed.fit(Runs.digits.train, validation: Runs.digits.test, options: options, from: point).epochs.map(\.learningRate))
            hashes.insert(try resumed.weightsSHA256())

            var other = options
            other.schedule = try Schedule("cosine")
            let error = #expect(throws: TrainingError.self) { try resumed.restore(checkpoint, options: other, data: Runs.digits.train) }
            #expect(error?.description.contains("the schedule") == true)
        }
        #expect(hashes.count == 1 && histories.count == 1)
        if text.hasPrefix("reduce") { #expect(histories.first?.last != 1e-3, "the rate never fell, so that nothing was tested") }
    }

    @Test func plateausNeedValidation() throws {
        var options = Runs.options()
        options.schedule = try Schedule("reduce_on_plateau")
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[0])
        let missing = #expect(throws: TrainingError.self) { try compiled.fit(Runs.digits.train, test: Runs.digits.test, options: options) }
        #expect(missing?.description.contains("looks at validation data") == true)
        options.schedule = try Schedule("reduce_on_plateau", ["metric": "r2"])
        let unknown = #expect(throws: TrainingError.self) { try compiled.fit(Runs.digits.train, validation: Runs.digits.test, options: options) }
        #expect(unknown?.description.contains("loss or accuracy") == true)
    }
}
