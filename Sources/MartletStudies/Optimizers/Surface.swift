import MartletGraph
import MartletOps

/// A function of two variables to be descended.
public enum Surface: String, Sendable, CaseIterable {
    /// (x^2 + 100 y^2) / 2: a hundred times steeper one way than the other.
    case bowl
    /// (1 - x)^2 + 100 (y - x^2)^2: a bent valley (Rosenbrock 1960).
    case rosenbrock

    public var title: String { self == .bowl ? "An anisotropic bowl: (x² + 100 y²) / 2" : "Rosenbrock's valley: (1 − x)² + 100 (y − x²)²" }
    public var start: (x: Float, y: Float) { self == .bowl ? (-4, 1) : (-1.5, 2) }
    public var minimum: (x: Double, y: Double) { self == .bowl ? (0, 0) : (1, 1) }
    public var steps: Int { self == .bowl ? 100 : 500 }

    public func value(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .bowl:
            let steep: Double = 100 * y * y
            return (x * x + steep) / 2
        case .rosenbrock:
            let (along, across): (Double, Double) = (1 - x, y - x * x)
            return along * along + 100 * across * across
        }
    }

    /// What the contour plot shows.
    var frame: (x: ClosedRange<Double>, y: ClosedRange<Double>, levels: [Double]) {
        switch self {
        case .bowl: (x: -5.0...5.0, y: -1.6...1.6, levels: [0.2, 1, 3, 7, 14, 25, 45, 75, 110])
        case .rosenbrock: (x: -2.0...2.0, y: -1.0...3.0, levels: [0.2, 1, 4, 12, 35, 90, 200, 450, 900])
        }
    }

    /// A rate at which the optimizer descends this surface well, from trials; for others ten times their usual one.
    func learningRate(of rule: OptimizerRule) -> Double {
        let rates: [String: (bowl: Double, rosenbrock: Double)] = [
            "sgd": (0.018, 5e-4), "momentum": (0.004, 2e-4), "nesterov": (0.004, 2e-4), "adagrad": (0.5, 0.5),
            "rmsprop": (0.05, 0.02), "adam": (0.2, 0.1),
        ]
        return rates[rule.name].map { self == .bowl ? $0.bowl : $0.rosenbrock } ?? 10 * rule.learningRate
    }

    /// The function in a graph, of a parameter [2].
    func expression(in graph: inout Graph, _ point: Value) throws(ShapeError) -> Value {
        let x = try graph.slice(point, axis: 0, 0..<1), y = try graph.slice(point, axis: 0, 1..<2)
        let value = try graph.pointwise([x, y]) { e in
            let (x, y) = (e.operand(0), e.operand(1))
            switch self {
            case .bowl:
                let sum = e.apply(.multiplyAdd, e.constant(100), e.apply(.square, y), e.apply(.square, x))
                return e.apply(.multiply, e.constant(0.5), sum)
            case .rosenbrock:
                let valley = e.apply(.square, e.apply(.subtract, y, e.apply(.square, x)))
                return e.apply(.multiplyAdd, e.constant(100), valley, e.apply(.square, e.apply(.subtract, e.constant(1), x)))
            }
        }
        return try graph.reduce(.sum, value)
    }
}
