import Martlet
import Testing

@Suite struct RateFinderTests {
    @Test(arguments: TestDevices.each.indices) func findsARate(device: Int) throws {
        let compiled = try Runs.perceptron().compile(optimizer: .sgd(), on: TestDevices.each[device], seed: 7)
        _ = try compiled.fit(Runs.digits.train, epochs: 1, batchSize: 100)
        let (before, iterations) = (try compiled.weightsSHA256(), compiled.iterations)
        var finder = RateFinder()
        (finder.least, finder.greatest) = (1e-5, 100)
        let curve = try finder.run(compiled, on: Runs.digits.train, options: Runs.options(batchSize: 64))
        // The model is as it was.
        #expect(try compiled.weightsSHA256() == before && compiled.iterations == iterations)
        let rate = try #require(curve.suggestion, "\(curve.reason)")
        #expect(1e-3 < rate && rate < 10)
        #expect(curve.points[0].rate.magnitude > 0.99e-5 && curve.points[0].rate < 1.01e-5)
        #expect(zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.rate < $1.rate })
        #expect(curve.reason.contains("falls fastest") && !curve.isPartial)
        let again = try finder.run(compiled, on: Runs.digits.train, options: Runs.options(batchSize: 64))
        // As text, for the last of them may be no number.
        #expect("\(again.points)" == "\(curve.points)")
    }

    /// The loss of a step is that of its batch: without learning, that of an epoch's batches one by one.
    @Test func lossesAreThoseOfTheBatches() throws {
        let compiled = try Runs.residual().compile(optimizer: .sgd(), on: TestDevices.cpu[0], seed: 7)
        var finder = RateFinder()
        (finder.least, finder.greatest, finder.steps) = (1e-30, 1e-29, 30)
        var options = Runs.options(batchSize: 100)
        options.shuffles = false
        let curve = try finder.run(compiled, on: Runs.digits.train, options: options)
        #expect(curve.points.count == 30)
        for (step, point) in curve.points.enumerated() {
            let start = step % 15 * 100
            let batch = Runs.digits.train.subset(Array(start ..< min(start + 100, 1437)))
            #expect(abs(point.loss - (try compiled.evaluate(batch).loss)) < 1e-4)
        }
    }

    @Test func divergenceEndsIt() throws {
        let compiled = try Runs.residual().compile(optimizer: .sgd(), on: TestDevices.cpu[0], seed: 7)
        var finder = RateFinder()
        (finder.least, finder.greatest, finder.steps) = (1e-3, 1e30, 60)
        let curve = try finder.run(compiled, on: Runs.digits.train, options: Runs.options(batchSize: 100))
        #expect(curve.points.count < 60 && curve.divergedAt == curve.points.last?.rate)
        // And the device is sound again.
        #expect(try compiled.fit(Runs.digits.train, epochs: 1).epochs.count == 1)
    }

    @Test func endedFromOutside() throws {
        let compiled = try Runs.residual().compile(optimizer: .sgd(), on: TestDevices.cpu[0])
        let curve = try RateFinder().run(compiled, on: Runs.digits.train) { step, _ in step < 12 }
        #expect(curve.isPartial && curve.points.count == 12)
    }

    @Test func adviceOnCurves() {
        func curve(_ losses: [Double]) -> RateCurve {
            var rate = 1e-6
            return RateCurve(losses.map { loss in
                rate *= 1.25
                return (rate, loss)
            }, smoothing: 0, diverged: true)
        }
        let flat = Array(repeating: 2.3, count: 30)
        #expect(curve([]).suggestion == nil && curve([.nan]).suggestion == nil && curve([2.3]).suggestion == nil)
        #expect(curve(flat + flat).suggestion == nil)
        #expect(curve((0..<60).map { 1 + Double($0) }).suggestion == nil)
        // Flat, a slope from 30 to 40, and up.
        let sloped = flat + (0..<10).map { 2.3 - 0.2 * Double($0) } + (0..<20).map { 0.5 + Double($0 * $0) }
        let found = curve(sloped)
        #expect((31...39).contains(found.points.firstIndex { $0.rate == found.suggestion } ?? 0), "\(found.reason)")
        #expect(found.divergedAt == found.points.last?.rate && abs((found.lowest?.loss ?? 0) - 0.5) < 1e-9)
    }

    @Test func badOptions() throws {
        let compiled = try Runs.residual().compile(optimizer: .sgd(), on: TestDevices.cpu[0])
        for change in [
            { (f: inout RateFinder) in f.least = 0 }, { $0.greatest = 1e-9 }, { $0.greatest = .infinity }, { $0.steps = 9 }, { $0.smoothing = 1 },
            { $0.divergence = 1 },
        ] as [(inout RateFinder) -> Void] {
            var finder = RateFinder()
            change(&finder)
            #expect(throws: TrainingError.self) { try finder.run(compiled, on: Runs.digits.train) }
        }
    }
}
