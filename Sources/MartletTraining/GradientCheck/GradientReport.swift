import MartletCore

/// What a gradient check has found: a row for each term of the loss and each parameter tensor.
public struct GradientReport: Sendable {
    /// What is differentiated by itself, so that one cannot hide the other.
    public enum Term: String, Sendable, CaseIterable {
        /// The loss of the samples.
        case data
        /// l1 sum |w|
        case l1
        /// l2 / 2 sum w^2
        case l2
    }

    /// What the analytic Float64 gradients are compared with.
    public enum Yardstick: Hashable, Sendable {
        /// (f(w + h) - f(w - h)) / 2h, in Float64.
        case centralDifferences
        /// The gradients that a device has computed in float32, of all terms together.
        case device(String)

        /// The relative error up to which a tensor passes.
        public var tolerance: Double { self == .centralDifferences ? 1e-4 : 1e-3 }
        /// Smaller gradients count as if they were this large: below it central differences see rounding only, and a sum
        /// in float32 has lost what it is relative to.
        var floor: Double { self == .centralDifferences ? 1e-4 : 1e-2 }
        func relativeError(_ a: Double, _ b: Double) -> Double {
            let error = (a - b).magnitude / max(a.magnitude, b.magnitude, floor)
            return error.isNaN ? .infinity : error
        }
    }

    /// One tensor.
    public struct Row: Sendable {
        /// The part of the loss that was differentiated; nil for all of it.
        public let term: Term?
        /// What the analytic gradients were compared with.
        public let yardstick: Yardstick
        /// The name of the parameter.
        public let tensor: String
        /// In memory.
        public let shape: Shape
        /// Elements compared, and those left out because a kink lay between the two points.
        public internal(set) var checked = 0
        /// Elements that were left out.
        public internal(set) var kinks = 0
        /// The largest relative error; infinite where a gradient is NaN.
        public internal(set) var worst = 0.0
        /// The median of the relative errors: large where the whole tensor is wrong.
        public internal(set) var median = 0.0
        /// The element with the worst error, in memory, with both values.
        public internal(set) var place: (index: Int, analytic: Double, measured: Double)?

        /// Whether the worst error is within the tolerance.
        public var passes: Bool { worst <= yardstick.tolerance }

        init(_ term: Term?, _ yardstick: Yardstick, _ tensor: String, _ shape: Shape) {
            self.term = term
            self.yardstick = yardstick
            self.tensor = tensor
            self.shape = shape
        }

        /// Takes (index, analytic, measured) of the elements that were compared.
        mutating func set(_ elements: [(index: Int, analytic: Double, measured: Double)]) {
            let errors = elements.map { yardstick.relativeError($0.analytic, $0.measured) }
            checked = elements.count
            guard let place = errors.indices.max(by: { errors[$0] < errors[$1] }) else { return }
            worst = errors[place]
            self.place = elements[place]
            let sorted = errors.sorted()
            median = sorted.count % 2 == 1 ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
        }
    }

    /// By the customary thresholds (Stanford CS231n, Neural networks 3).
    public enum Verdict: String, Sendable {
        /// At most 1e-7.
        case excellent
        /// At most 1e-4: usual where there are kinks, or in float32 up to 1e-3.
        case fine
        /// Up to 1e-2: too much for Float64.
        case suspicious
        /// More than 1e-2.
        case wrong
        /// There were kinks wherever it was looked.
        case unchecked
    }

    /// Term by term, the tensors in graph order.
    public internal(set) var rows: [Row] = []
    /// The data loss at which it was done.
    public internal(set) var loss = 0.0
    /// In the batch on which it was done.
    public internal(set) var samples = 0
    /// Steps of training before it.
    public internal(set) var warmUpSteps = 0
    /// Whether it was ended before everything was checked.
    public internal(set) var isPartial = false

    /// Whether every row passes.
    public var passes: Bool { rows.allSatisfy(\.passes) }

    /// What is customarily said of a row's worst error.
    public func verdict(of row: Row) -> Verdict {
        guard row.checked > 0 else { return .unchecked }
        return switch row.worst {
        case ...1e-7: .excellent
        case ...row.yardstick.tolerance: .fine
        case ...1e-2: .suspicious
        default: .wrong
        }
    }
}
