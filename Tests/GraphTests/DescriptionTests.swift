import Foundation
import MartletNN
import MartletOps
import Testing

/// Descriptions of models as JSON.
@Suite struct DescriptionTests {
    /// A model with every kind of layer, and fields that are not as usual.
    private static func everyLayer() throws -> Model {
        try Model(joining: [3, 12, 10]) { x in
            let stem = MartletNN.BatchNorm(momentum: 0.2)(MartletNN.Conv2D(
                4, kernelSize: Size2D(3, 5), stride: Size2D(1, 2), padding: .sides(top: 1, bottom: 1, left: 2, right: 3),
                bias: false, initialiser: .heUniform())(x))
            let block = Residual {
                MartletNN.Conv2D(4, kernelSize: 3, padding: .same, dilation: 2, groups: 2, initialiser: .normal(deviation: 0.1))
                LeakyReLU(slope: 0.2)
                Dropout2D(0.1, inverted: false)
            } shortcut: {
                MartletNN.AveragePool2D(3, stride: 1, padding: 1, countsPadding: false)
            }(stem)
            let branches = Concatenate()(
                MartletNN.MaxPool2D(2, ceilMode: true)(block), AdaptiveAveragePool2D(Size2D(6, 3))(Crop(1)(Pad(2, value: -1)(block))))
            let pooled = GlobalAveragePool2D()(MartletNN.LayerNorm(axes: 3)(branches))
            let flat = Dropout(0.25)(Flatten()(branches))
            return Linear(5)(Concatenate()(pooled, GlobalMaxPool2D()(branches), Linear(8, initialiser: .constant(0.5))(flat)))
        }
    }

    private func decode(_ text: String) throws -> Model { try JSONDecoder().decode(Model.self, from: Data(text.utf8)) }

    @Test func everyLayerComesBack() throws {
        let model = try Self.everyLayer()
        let data = try JSONEncoder().encode(model)
        let copy = try JSONDecoder().decode(Model.self, from: data)
        #expect(copy == model)
        #expect(copy.variables == model.variables)
        let text = String(decoding: data, as: UTF8.self)
        // An embedding reads integers, and so cannot be in the same model.
        for layer in LayerRegistry.layers where layer.kind != "embedding" { #expect(text.contains("\"\(layer.kind)\""), "\(layer.kind)") }
        let table = try Sequential(input: [6]) { MartletNN.Embedding(9, 4, paddingIndex: 0); Linear(2) }
        #expect(try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(table)) == table)
    }

    @Test(arguments: NamedModel.all.indices) func namedModelsComeBack(index: Int) throws {
        let model = try NamedModel.all[index].build(.init(input: [3, 32, 32], outputs: 10))
        #expect(try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(model)) == model)
    }

    @Test func whatIsUsualMayBeLeftOut() throws {
        let model = try decode(
            #"{"input": [1, 8, 8], "layers": [{"kind": "conv2d", "channels": 4, "kernelSize": 3}, {"kind": "activation", "function": "relu"}, {"kind": "linear", "units": 10}]}"#)
        #expect(try model == Sequential(input: [1, 8, 8]) { MartletNN.Conv2D(4, kernelSize: 3); ReLU(); Linear(10) })
    }

    @Test(arguments: [
        (#"{"kind": "conv2d", "channels": 4, "kernelsize": 3}"#, ["layer 'c' (conv2d)", "unknown field 'kernelsize'", "did you mean 'kernelSize'", "dilation"]),
        (#"{"kind": "conv2d", "channels": 4}"#, ["layer 'c' (conv2d)", "'kernelSize' is missing", "[rows, columns]"]),
        (#"{"kind": "conv2d", "channels": "4", "kernelSize": 3}"#, ["layer 'c' (conv2d)", "'channels' takes a whole number", "'4'"]),
        (#"{"kind": "conv2d", "channels": 4.5, "kernelSize": 3}"#, ["'channels' takes a whole number", "4.5"]),
        (#"{"kind": "conv2d", "channels": 4, "kernelSize": [1, 2, 3]}"#, ["'kernelSize' takes", "a list"]),
        (#"{"kind": "conv2d", "channels": 4, "kernelSize": 3, "padding": "some"}"#, ["'padding' takes", "valid", "same", "'some'"]),
        (#"{"kind": "conv2d", "channels": 4, "kernelSize": 3, "bias": 1}"#, ["'bias' takes true or false"]),
        (#"{"kind": "conv2d", "channels": 4, "kernelSize": 3, "initialiser": "he"}"#, ["'initialiser' takes", "he_normal", "'he'"]),
        (#"{"kind": "linear", "units": 3, "initialiser": { "normal": 1, "uniform": 1}}"#, ["layer 'c' (linear)", "'initialiser' takes", "an object with 'normal' and 'uniform'"]),
        (#"{"kind": "linear", "units": 3, "initialiser": { "normal": 1, "deviation": 1}}"#, ["'initialiser' takes", "an object with 'deviation' and 'normal'"]),
        (#"{"kind": "linear", "units": 3, "initialiser": {}}"#, ["'initialiser' takes", "an empty object"]),
        (#"{"kind": "linear", "units": 3, "initialiser": { "normal": -1}}"#, ["'initialiser' takes", "a deviation of -1.0"]),
        (#"{"kind": "linear", "units": 0}"#, ["'units' takes a whole number of at least 1", "found 0"]),
        (#"{"kind": "batch_norm", "momentum": 2}"#, ["layer 'c' (batch_norm)", "'momentum' takes a number from 0 to 1", "found 2.0"]),
        (#"{"kind": "batch_norm", "epsilon": -1}"#, ["'epsilon' takes a finite number of at least 0", "found -1.0"]),
        (#"{"kind": "dropout", "probability": 1}"#, ["'probability' takes a number of at least 0 and below 1", "found 1.0"]),
        (#"{"kind": "activation", "function": "ReLU"}"#, ["'function' takes one of relu", "found 'ReLU' (did you mean 'relu'?)"]),
        (#"{"kind": "flatten", "axis": 1}"#, ["layer 'c' (flatten)", "'axis'"]),
        (#"{"kind": "conv"}"#, ["unknown layer kind 'conv'", "conv2d"]),
        (#"{"units": 3}"#, ["layer 'c'", "'kind' is missing"]),
        (#"{"kind": "add", "inputs": ["first", "later"]}"#, ["layer 'c' reads 'later'"]),
    ])
    func mistakesNameLayerAndField(layer: String, parts: [String]) {
        let named = layer.replacingOccurrences(of: #"{""#, with: #"{"name": "c", ""#)
        let text = #"{"input": [1, 8, 8], "layers": [{"name": "first", "kind": "activation", "function": "relu"}, \#(named)]}"#
        do {
            _ = try decode(text)
            Issue.record("accepted \(text)")
        } catch DecodingError.dataCorrupted(let context) {
            for part in parts { #expect(context.debugDescription.contains(part), "\(context.debugDescription)") }
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test(arguments: [
        #"{"input": [8], "layers": [{"kind": "flatten", "name": "a"}, {"kind": "flatten", "name": "a"}]}"#,
        #"{"input": [8], "layers": [{"kind": "flatten", "name": "input"}]}"#, #"{"input": [8], "layers": [], "title": "x"}"#,
        #"{"layers": []}"#, #"{"input": [8], "layers": [], "version": 2}"#, #"{"input": [-8], "layers": []}"#, #"{"input": 8, "layers": []}"#,
    ])
    func modelsThatMakeNoSenseAreRefused(text: String) {
        #expect(throws: (any Error).self) { try decode(text) }
    }

    /// docs/model-description.md has every kind and field, and its examples are models.
    @Test func theDocumentationIsComplete() throws {
        let path = URL(filePath: #filePath).appending(path: "../../../docs/model-description.md").standardized
        let text = try String(contentsOf: path, encoding: .utf8)
        for layer in LayerRegistry.layers {
            let section = text.components(separatedBy: "### `\(layer.kind)`\n")
            #expect(section.count == 2, "\(layer.kind)")
            let body = section.last?.components(separatedBy: "\n### ").first ?? ""
            for field in layer.fieldNames { #expect(body.contains("`\(field)`"), "\(layer.kind) \(field)") }
            #expect(body.contains("\"kind\": \"\(layer.kind)\""), "an example of \(layer.kind)")
        }
        let examples = text.components(separatedBy: "```json\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(examples.count > LayerRegistry.layers.count)
        for example in examples { #expect(throws: Never.self, "\(example)") { try decode(example) } }
    }
}
