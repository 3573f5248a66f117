import Martlet
import MartletCPU
import Synchronization
import TestSupport
import Testing

/// Training on samples that come one after another.
@Suite struct SourceTests {
    /// A data set in the order of `fit`, in pieces of another size than the batches.
    struct Pieces: SampleSource {
        let data: DataSet
        var seed: UInt64? = 7
        var piece = 37
        /// Samples that are missing at the end of every epoch.
        var missing = 0
        var spoil: (@Sendable (inout SampleBatch) -> Void)?
        let calls = Calls()

        final class Calls: Sendable {
            let epochs = Mutex<[[Int]]>([])
            let samples = Atomic<Int>(0)
        }

        var format: SampleFormat { data.format }
        var count: Int { data.count }
        var identity: String { "pieces of \(data.name)" }

        func samples(epoch: Int, from start: Int) -> any SampleStream {
            calls.epochs.withLock { $0.append([epoch, start]) }
            let order = seed.map { ShuffledOrder(count: count, seed: $0, epoch: epoch) }
            return Stream(source: self, order: epoch == 0 ? nil : order, place: start)
        }

        struct Stream: SampleStream {
            let source: Pieces
            let order: ShuffledOrder?
            var place: Int

            mutating func next(_ limit: Int) throws -> SampleBatch? {
                let end = min(place + min(limit, source.piece), source.count - source.missing)
                guard place < end else { return nil }
                let rows = (place..<end).map { order?[$0] ?? $0 }
                place = end
                source.calls.samples.add(rows.count, ordering: .relaxed)
                let part = source.data.subset(rows)
                var batch = SampleBatch(features: part.features, targets: HostArray([rows.count], part.labels))
                source.spoil?(&batch)
                return batch
            }
        }
    }

    private func compiled(on device: any Device) throws -> CompiledModel {
        try Runs.perceptron().compile(optimizer: "adam", on: device, seed: 7)
    }

    /// A source that gives what a data set holds trains to the same bits, on every device.
    @Test func asTheDataSet() throws {
        let expected = try compiled(on: TestDevices.cpu[0])
        let history = try expected.fit(Runs.digits.train, validation: Runs.digits.test, options: Runs.options())
        for device in TestDevices.each {
            let streamed = try compiled(on: device)
            let source = Pieces(data: Runs.digits.train)
            let other = try streamed.fit(source, validation: Pieces(data: Runs.digits.test), options: Runs.options())
            #expect(try streamed.weightsSHA256() == expected.weightsSHA256(), "\(device.name)")
            #expect(other.epochs.map(\.train) == history.epochs.map(\.train))
            #expect(other.epochs.map(\.validation) == history.epochs.map(\.validation))
            #expect(source.calls.epochs.withLock { $0 } == [[1, 0], [2, 0]])
            #expect(try streamed.evaluate(Pieces(data: Runs.digits.test)) == history.epochs.last?.validation)
            // The remainder of 37 is left out, and not even asked for.
            let dropping = Pieces(data: Runs.digits.train)
            var options = Runs.options(epochs: 1)
            options.dropsLast = true
            _ = try compiled(on: device).fit(dropping, options: options)
            #expect(dropping.calls.samples.load(ordering: .relaxed) == 1400)
        }
    }

    /// Images lie otherwise on a device.
    @Test func images() throws {
        let images = try DataSet(
            name: "images", features: Runs.digits.test.features.reshaped([360, 1, 8, 8]), featureDivisor: 16,
            targets: Runs.digits.test.targets)
        let colours = try DataSet(
            name: "colours", features: Runs.digits.train.features.rows(Array(0..<300)).reshaped([100, 3, 8, 8]), featureDivisor: 16,
            targets: .classes(labels: HostArray([100], Array(Runs.digits.train.labels[..<100])), names: Runs.digits.train.classNames))
        for data in [images, colours] {
            let model = try Model(input: data.featureShape) { Conv2D(4, kernelSize: 3); ReLU(); Linear(10) }
            var hashes: Set<String> = []
            for device in TestDevices.each {
                for source in [data, Pieces(data: data, seed: 0)] as [any SampleSource] {
                    let compiled = try model.compile(optimizer: "adam", on: device)
                    _ = try compiled.fit(source, options: Runs.options(batchSize: 32))
                    hashes.insert(try compiled.weightsSHA256())
                }
            }
            #expect(hashes.count == 1)
        }
    }

    /// The source is asked for a batch when there is room for it: it is at most two ahead of the device.
    @Test func backpressure() throws {
        struct Watch: Callback {
            let source: Pieces
            func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
                let asked = source.calls.samples.load(ordering: .relaxed)
                let given = min(progress.batch * 100, 1437) + (progress.epoch - 1) * 1437
                #expect(asked == given)
                return .proceed
            }
        }
        for device in TestDevices.each {
            let source = Pieces(data: Runs.digits.train)
            _ = try compiled(on: device).fit(source, options: Runs.options(), callbacks: [Watch(source: source)])
            #expect(source.calls.samples.load(ordering: .relaxed) == 2 * 1437)
        }
    }

    @Test(arguments: [1, 14, 15, 20]) func resumed(steps: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try Runs.hash(try Runs.perceptron(), on: TestDevices.cpu[0])
        var options = Runs.options()
        options.checkpoint = folder.file("a")
        let first = try compiled(on: TestDevices.each[0])
        #expect(throws: TrainingError.self) {
            try first.fit(Pieces(data: Runs.digits.train), options: options, callbacks: [StopAfter(steps)])
        }
        let source = Pieces(data: Runs.digits.train)
        let second = try compiled(on: TestDevices.each[TestDevices.each.count - 1])
        let point = try second.restore(try Checkpoint.read(folder.file("a")), options: options, data: source)
        _ = try second.fit(source, options: options, from: point)
        #expect(try second.weightsSHA256() == whole)
        // What was done is not asked for again.
        #expect(source.calls.samples.load(ordering: .relaxed) == 2 * 1437 - (steps < 15 ? steps * 100 : 1437 + (steps - 15) * 100))
        let error = #expect(throws: TrainingError.self) {
            try second.restore(try Checkpoint.read(folder.file("a")), options: options, data: Runs.digits.train)
        }
        #expect(error?.description.contains("training data of SHA-256") == true)
    }

    @Test func refusals() throws {
        struct Mishap: Error, CustomStringConvertible { let description = "the line is dead" }
        struct Dead: SampleSource {
            let format = Runs.digits.train.format
            let count = 1437
            let identity = "dead"
            func samples(epoch: Int, from start: Int) throws -> any SampleStream { throw Mishap() }
        }
        func refuses(_ text: String, _ source: any SampleSource) {
            let error = #expect(throws: TrainingError.self) {
                try compiled(on: TestDevices.cpu[0]).fit(source, options: Runs.options(epochs: 1))
            }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        refuses("failed: the line is dead", Dead())
        refuses("ended after 1427 of 1437 samples in epoch 1", Pieces(data: Runs.digits.train, missing: 10))
        refuses("the targets", Pieces(data: Runs.digits.train) { $0.targets = HostArray([$0.targets.count], $0.targets.floats) })
        refuses("the features", Pieces(data: Runs.digits.train) { $0.features = HostArray($0.features.shape, $0.features.floats) })
        refuses("expected labels from 0 to 9", Pieces(data: Runs.digits.train) { $0.targets = HostArray([$0.targets.count], $0.targets.integers.map { $0 + 5 }) })

        let resident = try compiled(on: TestDevices.cpu[0])
        resident.residency = .resident
        let error = #expect(throws: TrainingError.self) { try resident.evaluate(Pieces(data: Runs.digits.test)) }
        #expect(error?.description.contains("one after another") == true)

        // The weights are those of the last whole step.
        let stopped = try compiled(on: TestDevices.cpu[0])
        #expect(throws: TrainingError.self) {
            try stopped.fit(Pieces(data: Runs.digits.train, missing: 10), options: Runs.options(epochs: 1))
        }
        #expect(stopped.iterations == 14)
        let whole = try compiled(on: TestDevices.cpu[0])
        #expect(throws: TrainingError.self) {
            try whole.fit(Runs.digits.train, options: Runs.options(epochs: 1), callbacks: [StopAfter(14)])
        }
        #expect(try stopped.weightsSHA256() == whole.weightsSHA256())
    }
}
