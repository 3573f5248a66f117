import MartletOps

/// Schedules that fall by the number of the iteration alone.
extension ScheduleRule {
    static let decays: [ScheduleRule] = [constant, step, multistep, exponential, exponentialK, inverseTime, polynomial]

    /// factor base
    public static let constant = ScheduleRule(
        "constant", "factor base",
        [.number("factor", 1, .notNegative, "of the base rate"), .length("total", .rest, "iterations before the next stage")],
        length: { $0.iterations("total") }
    ) { _, base, v in v["factor"] * base }

    /// base gamma^floor(t / step_size)
    public static let step = ScheduleRule(
        "step", "base gamma^floor(t / step_size)",
        [.length("step_size", nil, "iterations between two steps"), .number("gamma", 0.1, .notNegative, "factor of a step")]
    ) { t, base, v in base * power(v["gamma"], t / max(1, v.iterations("step_size"))) }

    /// base gamma^(number of milestones <= t)
    public static let multistep = ScheduleRule(
        "multistep", "base gamma^(number of milestones <= t)",
        [.init("milestones", .lengths, "iterations at which it falls"), .number("gamma", 0.1, .notNegative, "factor of a step")]
    ) { t, base, v in base * power(v["gamma"], v.list("milestones").count { $0 <= Double(t) }) }

    /// base gamma^t
    public static let exponential = ScheduleRule(
        "exponential", "base gamma^t", [.number("gamma", nil, .notNegative, "factor of an iteration"), .every]
    ) { t, base, v in base * power(v["gamma"], v.turns(t)) }

    /// base e^(-k t) (Stanford CS231n, Neural networks 3).
    public static let exponentialK = ScheduleRule(
        "exponential_k", "base e^(-k t)", source: "Stanford CS231n, Neural networks 3",
        [.number("k", nil, .notNegative, "speed of the decay"), .every]
    ) { t, base, v in base * MartletOps.exponential(-v["k"] * Double(v.turns(t))) }

    /// base / (1 + k t) (Stanford CS231n, Neural networks 3).
    public static let inverseTime = ScheduleRule(
        "inverse_time", "base / (1 + k t)", source: "Stanford CS231n, Neural networks 3",
        [.number("k", nil, .notNegative, "speed of the decay"), .every]
    ) { t, base, v in base / (1 + v["k"] * Double(v.turns(t))) }

    /// base (1 - min(t, total) / total)^power
    public static let polynomial = ScheduleRule(
        "polynomial", "base (1 - min(t, total) / total)^power",
        [.length("total", .rest, "iterations until it is 0"), .number("power", 1, .notNegative, "1 for a straight line")],
        length: { $0.iterations("total") }
    ) { t, base, v in
        let total = max(1, v["total"])
        return base * power(1 - min(Double(t), total) / total, v["power"])
    }
}

extension ScheduleRule.Values {
    fileprivate func turns(_ t: Int) -> Int { t / max(1, iterations("every")) }
}
