import MartletBackend
import MartletCore
import MartletFormats
import MartletGraph
import MartletOps
import MartletTraining

/// The group `losses`: a loss of predictions `x`, and `dx`, its gradient (of its sum where it is not reduced).
@Sendable func runLossCase(_ test: ReferenceCase, _ device: any Device) throws -> [String: [Float]]? {
    guard let loss = Loss(test), let x = test.inputs["x"], let target = test.inputs["target"],
        let reduction = Loss.Reduction(rawValue: test.attrs["reduction"]?.string ?? "mean"),
        test.inputs.keys.allSatisfy(["x", "target", "weight", "pos_weight"].contains),
        !loss.scoresClasses || x.shape.rank == 2
    else { return nil }
    var graph = Graph()
    let leaves = (graph.external("x", x.type), graph.external("target", target.type))
    var externals = [x, target]
    func constant(_ name: String) -> Value? {
        guard let array = test.inputs[name] else { return nil }
        externals.append(array)
        return graph.external(name, array.type)
    }
    let constants = Loss.Constants(classWeights: constant("weight"), positiveWeights: constant("pos_weight"))
    let losses = try loss.losses(leaves.0, leaves.1, constants, in: &graph)
    let reduced = try Loss.reduced(losses, reduction, in: &graph)
    let gradient = try graph.gradients(of: try graph.reduce(.sum, reduced), for: [leaves.0])[0]
    try graph.leave(reduced, at: .output(0))
    guard let gradient else { return nil }
    try graph.leave(gradient, at: .output(1))
    let outputs = try graph.outputs(for: externals, on: device)
    return ["loss": outputs[0].floats, "dx": outputs[1].floats]
}

extension Loss {
    /// The loss that a case describes; nil where Martlet has no such loss or does not know an attribute.
    fileprivate init?(_ test: ReferenceCase) {
        guard let kind = Kind(rawValue: test.op == "cross_entropy_soft" ? "cross_entropy" : test.op) else { return nil }
        self.init(kind)
        for attribute in test.attrs.members ?? [] {
            let value = attribute.value
            switch (attribute.name, value.double) {
            case ("reduction", _), ("weighted", _), ("pos_weight", _): break
            case ("label_smoothing", let number?): labelSmoothing = number
            case ("ignore_index", let number?): ignoredClass = Int(exactly: number)
            case ("margin", let number?): margin = number
            case ("beta", let number?): beta = number
            case ("delta", let number?): delta = number
            case ("p", let number?) where number == 1 || number == 2: power = Int(number)
            default:
                if !value.isNull { return nil }
            }
        }
    }
}
