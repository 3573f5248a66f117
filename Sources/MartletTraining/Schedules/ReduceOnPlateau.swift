/// Lowers the learning rate when a number of the validation data no longer gets better, as PyTorch's ReduceLROnPlateau.
public struct ReduceOnPlateau: Hashable, Sendable {
    /// What is watched, and what counts as better.
    public var improvement: Improvement
    /// Of the rate at each reduction.
    public var factor: Double
    /// Reports without an improvement that are borne with.
    public var patience: Int
    /// Reports after a reduction that do not count.
    public var cooldown: Int
    /// The learning rate is not made lower than this.
    public var leastRate: Double
    /// What it has seen so far.
    public internal(set) var state = State()

    /// What a checkpoint keeps.
    public struct State: Hashable, Sendable, Codable {
        /// The best number so far; nil before the first.
        public var best: Double?
        /// Reports since the last improvement.
        public var waited = 0
        /// Reports that will not count.
        public var cooling = 0
        /// How often the rate was lowered.
        public var reductions = 0

        /// Nothing has been seen yet.
        public init() {}
    }

    /// PyTorch's settings with its defaults; a state to go on from.
    public init(improvement: Improvement, factor: Double = 0.1, patience: Int = 10, cooldown: Int = 0, leastRate: Double = 0, state: State = State()) {
        self.improvement = improvement
        self.factor = factor
        self.patience = patience
        self.cooldown = cooldown
        self.leastRate = leastRate
        self.state = state
    }

    /// Takes notice of a number; one that is not a number is no improvement.
    /// - Returns: whether the rate is lowered.
    @discardableResult
    public mutating func report(_ value: Double) -> Bool {
        if improvement.isBetter(value, than: state.best) {
            state.best = value
            state.waited = 0
        } else {
            state.waited += 1
        }
        if state.cooling > 0 {
            state.cooling -= 1
            state.waited = 0
        }
        guard state.waited > patience else { return false }
        state.reductions += 1
        state.cooling = cooldown
        state.waited = 0
        return true
    }

    /// A rate of the schedule after the reductions so far. One that is below `leastRate` of itself is left alone.
    public func applied(to rate: Double) -> Double {
        var reduced = rate
        for _ in 0..<state.reductions { reduced = max(reduced * factor, leastRate) }
        return min(rate, reduced)
    }
}

extension ScheduleRule {
    /// The rate by itself is constant; `fit` reports the validation data's number after every epoch.
    public static let reduceOnPlateau = ScheduleRule(
        "reduce_on_plateau", "base, times factor whenever the validation data have not improved in `patience` epochs",
        [
            .number("factor", 0.1, .share, "of a reduction"), .number("patience", 10, .notNegative, "epochs without improvement that are borne with"),
            .number("threshold", 1e-4, .notNegative, "an improvement is larger than this"),
            .init("threshold_mode", .choice(["rel", "abs"], hasDefault: true), "a share of the best so far, or a difference"),
            .number("cooldown", 0, .notNegative, "epochs after a reduction that do not count"),
            .number("min_lr", 0, .notNegative, "the lowest rate"),
            .init("metric", .choice(Monitor.allCases.map(\.rawValue), hasDefault: true), "of the validation data"),
            .init("mode", .choice(["min", "max"], hasDefault: false), "whether lower or higher is better; of the metric by default"),
        ]
    ) { _, base, _ in base }
}

extension ReduceOnPlateau {
    init(_ v: ScheduleRule.Values, state: State = State()) {
        let goal = v.given("mode").map { $0 == 0 ? Improvement.Goal.lower : .higher }
        self.init(
            improvement: Improvement(
                of: Monitor.allCases[Int(v["metric"])], goal: goal, by: v["threshold"], isRelative: v["threshold_mode"] == 0),
            factor: v["factor"], patience: Int(min(v["patience"], 1e9)), cooldown: Int(min(v["cooldown"], 1e9)), leastRate: v["min_lr"], state: state)
    }
}
