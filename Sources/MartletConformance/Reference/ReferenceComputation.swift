import MartletBackend
import MartletCore
import MartletFormats
import MartletGraph
import MartletOps

/// A graph over the inputs of a reference case, and the names of what it computes.
struct ReferenceComputation {
    var graph = Graph()
    private var leaves: [(name: String, array: HostArray)] = []
    private var values: [String: Value] = [:]
    private var outputs: [String] = []
    private let inputs: [String: HostArray]

    init(_ c: ReferenceCase) { inputs = c.inputs }

    /// The leaf of an input; nil where the case has none of that name.
    mutating func input(_ name: String) -> Value? {
        if let value = values[name] { return value }
        guard let array = inputs[name] else { return nil }
        return leaf(name, array)
    }

    /// A leaf of given elements.
    mutating func leaf(_ name: String, _ array: HostArray) -> Value {
        let value = graph.external(name, array.type)
        leaves.append((name, array))
        values[name] = value
        return value
    }

    /// The leaf of an input that every such case has.
    mutating func required(_ name: String) throws -> Value {
        guard let value = input(name) else {
            throw FormatError.badRequest("a reference case without the input '\(name)'")
        }
        return value
    }

    mutating func leave(_ value: Value, as name: String) throws {
        try graph.leave(value, at: .output(outputs.count))
        outputs.append(name)
    }

    /// Leaves the gradients of sum(dy * y) by the names given for leaves.
    mutating func leaveGradients(of y: Value, _ dy: Value, _ targets: [(name: String, leaf: Value?)]) throws {
        let targets = targets.compactMap { target in target.leaf.map { (target.name, $0) } }
        let loss = try graph.reduce(.sum, try graph.apply(.multiply, y, dy))
        for (target, gradient) in zip(targets, try graph.gradients(of: loss, for: targets.map(\.1))) {
            if let gradient { try leave(gradient, as: target.0) }
        }
    }

    func run(on device: any Device) throws -> [String: [Float]] {
        let results = try graph.outputs(for: leaves.map(\.array), on: device)
        return Dictionary(uniqueKeysWithValues: zip(outputs, results.map(\.floats)))
    }
}
