import Martlet
import Synchronization
import TestSupport
import Testing

/// Whole runs of convolutional networks: equal bits on every device, whatever the passes, and after a stop.
@Suite struct ImageModelTests {
    /// Small images whose classes are patterns under noise; 40 in batches of 16 leave a remainder.
    static func images(_ shape: Shape, count: Int = 40, classes: Int = 4) throws -> DataSet {
        var state: UInt64 = 1
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let labels = (0..<count).map { _ in Int32(next() % classes) }
        var pixels: [UInt8] = []
        for label in labels {
            for place in 0..<shape.elementCount {
                let isBright = place % shape.last * classes / shape.last == Int(label)
                pixels.append(UInt8((isBright ? 128 : 0) + next() % 128))
            }
        }
        return try DataSet(
            name: "patterns", features: HostArray(shape.prepending(count), pixels), featureDivisor: 255,
            targets: .classes(labels: HostArray([count], labels), names: (0..<classes).map(String.init)))
    }

    /// A named model, or one with every layer that mixes orders, groups and masks.
    static func model(_ name: String, _ data: DataSet) throws -> Model {
        guard name == "mixed" else {
            let model = try NamedModel.parse(name).model
            var request = NamedModel.Request(input: data.featureShape, outputs: data.classNames.count)
            if model.settings.contains(.dropout) { request.dropout = 0.2 }
            return try model.build(request)
        }
        return try Model(joining: data.featureShape) { x in
            let stem = ReLU()(MartletNN.BatchNorm()(MartletNN.Conv2D(6, kernelSize: 3, padding: .same, groups: 3)(x)))
            let block = Residual {
                MartletNN.Conv2D(6, kernelSize: 3, padding: 2, dilation: 2, groups: 6)
                Dropout2D(0.2)
            }(stem)
            let pooled = Concatenate()(MartletNN.MaxPool2D(3, stride: 2)(block), MartletNN.AveragePool2D(3, stride: 2)(block))
            let flat = Flatten()(pooled)
            return Linear(data.classNames.count)(Concatenate()(Dropout(0.3)(ReLU()(Linear(9)(flat))), GlobalAveragePool2D()(pooled), GlobalMaxPool2D()(pooled)))
        }
    }

    static let cases: [(String, Shape)] = [("lenet5", [1, 12, 12]), ("resnet8", [3, 9, 9]), ("cnn", [1, 8, 8]), ("mixed", [3, 9, 8])]

    /// Batches of 16, augmented.
    static func options(epochs: Int = 2) throws -> FitOptions {
        var options = Runs.options(epochs: epochs, batchSize: 16)
        options.augmentation = try Augmentation(parsing: "crop:1,flip,cutout:2")
        return options
    }

    static func compiled(_ name: String, _ data: DataSet, on device: any Device) throws -> CompiledModel {
        try model(name, data).compile(optimizer: .momentum(weightDecay: 1e-3), on: device, seed: 7)
    }

    @Test(arguments: cases.indices) func wholeRunsAreEqualOnEveryDevice(index: Int) throws {
        let (name, shape) = Self.cases[index]
        let data = try Self.images(shape)
        let runs = try TestDevices.all.map { device in
            let compiled = try Self.compiled(name, data, on: device)
            let history = try compiled.fit(data, validation: data, options: try Self.options())
            return (device.name, try compiled.weightsSHA256(), history.epochs.map(\.train), history.epochs.map(\.validation))
        }
        for run in runs.dropFirst() {
            #expect(run.1 == runs[0].1, "\(run.0)")
            #expect(run.2 == runs[0].2 && run.3 == runs[0].3, "\(run.0)")
        }
    }

    @Test(arguments: cases.indices) func passesNeverChangeBits(index: Int) throws {
        let (name, shape) = Self.cases[index]
        let data = try Self.images(shape)
        let hashes = try ([Set(Pass.allCases), []] + Pass.allCases.map { Set(Pass.allCases).subtracting([$0]) }).map { passes in
            let compiled = try Self.compiled(name, data, on: TestDevices.cpu[1])
            compiled.passes = passes
            _ = try compiled.fit(data, options: try Self.options(epochs: 1))
            return try compiled.weightsSHA256()
        }
        #expect(Set(hashes).count == 1)
    }

    @Test(arguments: ["resnet8", "lenet5", "mixed"], [2, 3, 4]) func resumingChangesNothing(name: String, steps: Int) throws {
        let folder = try TemporaryFolder()
        let data = try Self.images(name == "lenet5" ? [3, 12, 12] : [3, 9, 8])
        let options = try Self.options()
        let whole = try Self.compiled(name, data, on: TestDevices.cpu[1])
        _ = try whole.fit(data, options: options)
        for (first, second) in zip(TestDevices.each, TestDevices.each.reversed()) {
            var stopped = options
            stopped.checkpoint = folder.file("a run")
            let interrupted = try Self.compiled(name, data, on: first)
            #expect(throws: TrainingError.self) { try interrupted.fit(data, options: stopped, callbacks: [StopAfter(steps)]) }
            let resumed = try Self.compiled(name, data, on: second)
            let point = try resumed.restore(try Checkpoint.read(folder.file("a run")), options: options, data: data)
            _ = try resumed.fit(data, options: options, from: point)
            #expect(try resumed.weightsSHA256() == (try whole.weightsSHA256()), "\(first.name), then \(second.name)")
        }
    }

    @Test func networksLearn() throws {
        let data = try Self.images([3, 9, 9], count: 64)
        let compiled = try Self.model("resnet8", data).compile(optimizer: "adam", learningRate: 0.01, on: TestDevices.cpu[1])
        let history = try compiled.fit(data, epochs: 8, batchSize: 16)
        #expect(history.epochs.last!.train.accuracy! > 0.9)
    }
}

/// What goes in and comes out is in PyTorch's order, whatever is inside.
@Suite struct ImageOrderTests {
    private static let shape: Shape = [2, 3, 4]
    private static let features = HostArray(shape.prepending(2), (0..<48).map { Float($0) })

    private func predict(_ model: Model, _ weights: [(name: String, array: HostArray)] = []) throws -> [HostArray] {
        try TestDevices.each.map { device in
            let compiled = try model.compile(optimizer: "sgd", on: device)
            try compiled.setWeights(weights)
            return try compiled.predict(Self.features)
        }
    }

    @Test func imagesComeOutAsTheyWentIn() throws {
        for result in try predict(try Sequential(input: Self.shape) { ReLU() }) { #expect(result == Self.features) }
        for result in try predict(try Sequential(input: Self.shape) { ReLU(); Crop(.sides(top: 1, bottom: 0, left: 0, right: 2)) }) {
            #expect(result.shape == [2, 2, 2, 2])
            #expect(result.floats == [4, 5, 8, 9, 16, 17, 20, 21, 28, 29, 32, 33, 40, 41, 44, 45])
        }
    }

    @Test func flattenedImagesAreByChannelRowAndColumn() throws {
        let flat = Self.features.reshaped([2, 24])
        for result in try predict(try Sequential(input: Self.shape) { Flatten(); ReLU() }) { #expect(result == flat) }
        // One flattened as it lies and one in the order of files.
        let sum = try Model(joining: Self.shape) { x in
            Add()(Flatten()(x), MartletNN.LayerNorm(epsilon: 1e30, affine: false)(Flatten()(x)))
        }
        for result in try predict(sum) { #expect(result.floats.map { $0.rounded() } == flat.floats) }
        let joined = try Model(joining: Self.shape) { x in Concatenate()(Flatten()(x), ReLU()(Flatten()(x))) }
        for result in try predict(joined) {
            #expect(result.floats == [0, 0, 1, 1].flatMap { row in (0..<24).map { Float(row * 24 + $0) } })
        }
    }

    /// Row i of the weights picks element i of PyTorch's order.
    @Test(arguments: [true, false]) func linearReadsColumnsInPyTorchsOrder(flattens: Bool) throws {
        let model = try Sequential(input: Self.shape) {
            if flattens { Flatten() }
            Linear(24, bias: false)
        }
        let identity = (0..<(24 * 24)).map { Float($0 / 24 == $0 % 24 ? 1 : 0) }
        let name = flattens ? "1.weight" : "0.weight"
        for result in try predict(model, [(name, HostArray([24, 24], identity))]) { #expect(result == Self.features.reshaped([2, 24])) }
    }

    /// Rows for images and images for rows, where the numbers are as many.
    @Test func samplesOfAnotherShape() throws {
        let rows = try Sequential(input: [24]) { ReLU() }
        for result in try predict(rows) { #expect(result == Self.features.reshaped([2, 24])) }
        let images = try Sequential(input: Self.shape) { Crop(0) }
        let compiled = try images.compile(optimizer: "sgd", on: TestDevices.cpu[0])
        #expect(try compiled.predict(Self.features.reshaped([2, 24])) == Self.features)
    }

    /// torch.nn.Conv2d(2, 2, (1, 2), groups=2) with these weights: each channel's pixel times 1 and 10, plus its right
    /// neighbour's times 2 and 20.
    @Test func kernelsAreOutInRowColumn() throws {
        let model = try Sequential(input: Self.shape) { MartletNN.Conv2D(2, kernelSize: Size2D(1, 2), groups: 2, bias: false) }
        let weights = HostArray([2, 1, 1, 2], [1, 2, 10, 20] as [Float])
        for result in try predict(model, [("0.weight", weights)]) {
            #expect(result.shape == [2, 2, 3, 3])
            let x = Self.features.floats
            let expected = (0..<36).map { index -> Float in
                let (n, c, h, w) = (index / 18, index / 9 % 2, index / 3 % 3, index % 3)
                let place = ((n * 2 + c) * 3 + h) * 4 + w
                return (x[place] + 2 * x[place + 1]) * (c == 0 ? 1 : 10)
            }
            #expect(result.floats == expected)
        }
    }
}

/// The memory of a step.
@Suite struct StepMemoryTests {
    /// Nothing that grows with the batch beyond what the backward pass reads, but the values of the layer it is at.
    @Test func residualNetworksNeedWhatTheBackwardPassReads() throws {
        let model = try NamedModel.parse("resnet20").model.build(.init(input: [3, 32, 32], outputs: 10))
        let steps = try [32, 128].map { batch in
            StepMemory(try model.trainingPlan(batchSize: batch, optimizer: .adam()), optimizer: .adam(), batchSize: batch)
        }
        for step in steps {
            #expect(step.heldForBackward < step.workspace)
            #expect(step.leastWorkspace <= step.workspace)
            #expect(Double(step.workspace) < 1.05 * Double(step.heldForBackward))
            // Every convolution's input and result, once each, and the images.
            let pixels = 4 * step.batchSize * (3 * 1024 + 14 * 16 * 1024 + 12 * 32 * 256 + 12 * 64 * 64)
            #expect(abs(step.heldForBackward - pixels) < step.batchSize * 4096)
        }
        #expect(abs(steps[1].workspace - 4 * steps[0].workspace) < steps[1].workspace / 50)
    }

    /// Evaluation after every epoch takes turns with training in one workspace.
    @Test func evaluationNeedsNoMemoryBesideTraining() throws {
        let data = try ImageModelTests.images([3, 9, 9])
        let workspaces = try [nil, data].map { held in
            let device = CountingDevice(TestDevices.cpu[0])
            let compiled = try ImageModelTests.compiled("resnet8", data, on: device)
            _ = try compiled.fit(data, validation: held, test: held, options: try ImageModelTests.options(epochs: 1))
            return device.buffers("intermediate values")
        }
        #expect(workspaces[0] > 0 && workspaces[0] == workspaces[1])
    }
}

/// Counts the buffers that are made on a device, by what they are for.
private final class CountingDevice: Device {
    private let base: any Device
    private let counts = Mutex<[String: Int]>([:])

    init(_ base: any Device) { self.base = base }

    func buffers(_ purpose: String) -> Int { counts.withLock { $0[purpose] ?? 0 } }

    var name: String { base.name }
    var backend: String { base.backend }
    var largestBuffer: Int { base.largestBuffer }

    func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        counts.withLock { $0[purpose, default: 0] += 1 }
        return try base.makeBuffer(dtype, count: count, purpose: purpose)
    }
    func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try base.prepare(program, regions: regions)
    }
    func finish() throws(DeviceError) { try base.finish() }
}
