import Martlet
import TestSupport
import Testing

/// Layers as a program outside Martlet writes them.
@Suite struct CustomLayerTests {
    /// y = x * weight + bias for each feature, with a running mean of |x| that inference divides by.
    struct Scale: Layer {
        static let kind = "scale"
        static let standard = Scale()
        static var fields: [LayerField<Self>] { [LayerField("deviation", \.deviation), LayerField("momentum", \.momentum)] }
        var deviation: Float = 0.1
        var momentum: Float = 0.2

        func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
            let shape = inputs.first.map { context.shape($0) } ?? .scalar
            guard inputs.count == 1, shape.rank == 2 else { throw context.refusal("one input of features", inputs) }
            let weight = context.parameter("weight", [shape[1]], .normal(deviation: deviation), decays: true)
            let bias = context.parameter("bias", [shape[1]], .constant(0.5))
            let size = context.state("running_size", [1], 1)
            if context.mode == .training {
                let new = try context.graph.reduce(.mean, try context.graph.apply(.absolute, inputs[0]))
                let next = try context.graph.pointwise([size.value, new]) { e in
                    e.apply(.multiplyAdd, e.operand(1), e.constant(momentum), e.apply(.multiply, e.operand(0), e.constant(1 - momentum)))
                }
                try context.graph.leave(next, at: .state(size.index))
                return try scaled(inputs[0], weight, bias, &context)
            }
            return try scaled(try context.graph.apply(.divide, inputs[0], size.value), weight, bias, &context)
        }

        private func scaled(_ x: Value, _ weight: Value, _ bias: Value, _ context: inout LayerContext) throws(ShapeError) -> Value {
            try context.graph.pointwise([x, weight, bias]) { e in e.apply(.multiplyAdd, e.operand(0), e.operand(1), e.operand(2)) }
        }
    }

    /// Of the kind of one of Martlet's.
    struct Impostor: Layer {
        static let kind = "linear"
        static let standard = Impostor()
        func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value { inputs[0] }
    }

    private func model() throws -> Model {
        try Sequential(input: [64]) {
            Linear(30)
            Scale(deviation: 0.3)
            Tanh()
            Residual { Scale(); Linear(30) } shortcut: {}
            Linear(10)
        }
    }

    @Test func theSameBitsEverywhere() throws {
        let model = try model()
        #expect(model.variables.map(\.name).contains("1.running_size"))
        let hashes = try (TestDevices.cpu + TestDevices.openCL.prefix(1)).map { try Runs.hash(model, on: $0) }
        #expect(Set(hashes).count == 1)
        let compiled = try model.compile(optimizer: "adam", on: TestDevices.cpu[0], seed: 7)
        let first = try compiled.weights()
        #expect(first.first { $0.name == "1.bias" }?.array.floats == Array(repeating: 0.5, count: 30))
        #expect(first.first { $0.name == "1.running_size" }?.array.floats == [1])
        let history = try compiled.fit(Runs.digits.train, epochs: 15)
        #expect(history.epochs.last!.train.accuracy! > 0.9)
        #expect(try compiled.weights().first { $0.name == "1.running_size" }?.array.floats != [1])
    }

    @Test func savedAndReadByAProgramThatKnowsIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("own layer.safetensors")
        let compiled = try model().compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        _ = try compiled.fit(Runs.digits.train, options: Runs.options())
        try compiled.save(to: path)

        let registry = try Registry(layers: [Scale.self])
        let file = try ModelFile.read(path, registry: registry)
        #expect(try file.model == model())
        let again = try file.model.compile(loss: file.loss, optimizer: "sgd", on: TestDevices.cpu[0])
        try again.setWeights(file.weights)
        #expect(try again.weightsSHA256() == compiled.weightsSHA256())
        #expect(try sameBits(again.predict(Runs.digits.test).floats, compiled.predict(Runs.digits.test).floats))
        #expect(try Model(json: model().descriptionText, registry: registry) == model())

        let error = #expect(throws: TrainingError.self) { try ModelFile.read(path) }
        #expect(error?.description.contains("layer '1': unknown layer kind 'scale'") == true, "\(String(describing: error))")
    }

    @Test func resumed() throws {
        let folder = try TemporaryFolder()
        var options = Runs.options()
        let whole = try Runs.hash(try model(), on: TestDevices.cpu[0])
        options.checkpoint = folder.file("a")
        let first = try model().compile(optimizer: "adam", on: TestDevices.each[0], seed: 7)
        #expect(throws: TrainingError.self) { try first.fit(Runs.digits.train, options: options, callbacks: [StopAfter(17)]) }
        let second = try model().compile(optimizer: "adam", on: TestDevices.each[TestDevices.each.count - 1], seed: 7)
        let checkpoint = try Checkpoint.read(folder.file("a"), registry: try Registry(layers: [Scale.self]))
        _ = try second.fit(
            Runs.digits.train, options: options, from: try second.restore(checkpoint, options: options, data: Runs.digits.train))
        #expect(try second.weightsSHA256() == whole)
    }

    @Test func refusals() throws {
        var text = ""
        do throws(ShapeError) { _ = try Model(input: [3, 8, 8]) { Scale() } } catch { text = error.description }
        #expect(text.contains("layer '0' (scale)") && text.contains("one input of features"), "\(text)")
        do throws(ShapeError) { _ = try Model(input: [8]) { Impostor() } } catch { text = error.description }
        #expect(text.contains("'linear' is Martlet's"), "\(text)")
        for layers in [[Scale.self, Scale.self], [Impostor.self]] as [[any Layer.Type]] {
            let error = #expect(throws: TrainingError.self) { try Registry(layers: layers) }
            #expect(error?.description.contains("already") == true)
        }
    }
}
