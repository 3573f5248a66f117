import Foundation
import MartletConformance
import MartletGraph
import MartletNN
import MartletOps
import Testing

/// Layers whose description has options, and what their initialisers follow.
@Suite struct LayerTests {
    @Test(arguments: PointwiseFunction.activationNames) func everyActivationBuilds(name: String) throws {
        let model = try Model.perceptron(input: [4], widths: [3], outputs: 2, activation: name)
        #expect(model.outputShape == [2])
    }

    @Test func parametersAreDescribed() throws {
        let model = try Sequential(input: [4]) {
            Linear(3)
            LeakyReLU(slope: 0.2)
            Dropout(0.5, inverted: false)
            Linear(2)
            Activation("relu")
        }
        let data = try JSONEncoder().encode(model)
        #expect(try JSONDecoder().decode(Model.self, from: data) == model)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("slope") && text.contains("inverted"))
    }

    @Test func unknownParametersAreRefused() {
        #expect(throws: (any Error).self) { _ = try Sequential(input: [4]) { Activation("elu", ["slope": 1]) } }
        #expect(throws: (any Error).self) { _ = try Sequential(input: [4]) { Activation("no such function") } }
    }

    @Test func initialisersSuitTheActivation() {
        for name in ["relu", "leaky_relu", "gelu", "silu", "mish", "elu"] {
            #expect(Initialiser.suited(to: name) == .heNormal(), "\(name)")
        }
        #expect(Initialiser.suited(to: "selu") == .lecunNormal)
        for name in ["tanh", "sigmoid", nil] { #expect(Initialiser.suited(to: name) == .xavierUniform()) }
    }

    /// The textbook's dropout scales in inference, the inverted one in training.
    @Test func dropoutIsScaledInOneMode() throws {
        func values(_ layer: Dropout, _ mode: Mode) throws -> Set<Double> {
            var graph = Graph()
            let x = graph.external("x", .init([64]))
            var context = LayerContext(graph, mode: mode)
            let y = try layer.apply([x], in: &context)
            // Not the input itself, which is no result of a node.
            let kept = try context.graph.pointwise([y]) { e in e.apply(.add, e.operand(0), e.constant(0)) }
            try context.graph.leave(kept, at: .output(0))
            return Set(try GraphOracle(context.graph).run([Array(repeating: 1, count: 64)], StepParameters(seed: 3))[0])
        }
        #expect(try values(Dropout(0.25), .training) == [0, Double(Float(1 / 0.75))])
        #expect(try values(Dropout(0.25), .inference) == [1])
        #expect(try values(Dropout(0.25, inverted: false), .training) == [0, 1])
        #expect(try values(Dropout(0.25, inverted: false), .inference) == [0.75])
    }
}
