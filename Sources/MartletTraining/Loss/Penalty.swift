import MartletCore
import MartletGraph
import MartletOps

/// What large weights add to the loss: l1 sum |w| + l2 / 2 sum w^2, over the weights that decay. Unlike an optimizer's
/// decoupled decay it is part of the gradient. The derivative of |w| at 0 is 0.
public struct Penalty: Hashable, Sendable, Codable {
    /// Factor of sum |w|: at least 0.
    public var l1: Double
    /// Factor of sum w^2 / 2: at least 0.
    public var l2: Double

    /// Factors that are finite and at least 0, which is checked when training begins.
    public init(l1: Double = 0, l2: Double = 0) {
        self.l1 = l1
        self.l2 = l2
    }

    /// Weights add nothing to the loss.
    public static let none = Penalty()

    /// Refuses what would only produce nonsense.
    func check() throws(TrainingError) {
        for (name, value) in [("l1", l1), ("l2", l2)] where !(value.isFinite && value >= 0) {
            throw .badOption("the penalty \(name) must be a number of at least 0, not \(value)")
        }
    }

    /// What a part of the objective has of it.
    func only(_ term: StepGraphs.Term) -> Penalty {
        switch term {
        case .all: self
        case .data: .none
        case .l1: Penalty(l1: l1)
        case .l2: Penalty(l2: l2)
        }
    }

    /// The penalty of some parameters, as a scalar; nil where there is none.
    ///
    /// Numeric order: one reduction per tensor; for each term the tensors added in graph order; then l1's term, then l2's.
    func value(of parameters: [Value], in graph: inout Graph) throws(ShapeError) -> Value? {
        graph.scope = "penalty"
        var total: Value?
        for (factor, function) in [(l1, PointwiseFunction.absolute), (l2 / 2, .square)] where factor > 0 {
            var sum: Value?
            for parameter in parameters {
                let part = try graph.reduce(.sum, try graph.apply(function, parameter))
                sum = if let sum { try graph.apply(.add, sum, part) } else { part }
            }
            guard let sum else { continue }
            let term = try graph.pointwise([sum]) { e in e.apply(.multiply, e.operand(0), e.constant(Float(factor))) }
            total = if let total { try graph.apply(.add, total, term) } else { term }
        }
        return total
    }
}

extension Penalty: CustomStringConvertible {
    public var description: String {
        let parts = [("l1", l1), ("l2", l2)].filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
