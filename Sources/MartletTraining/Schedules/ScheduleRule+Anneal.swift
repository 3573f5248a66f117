import MartletOps

/// Warm-up and the cosine.
extension ScheduleRule {
    static let anneals: [ScheduleRule] = [linearWarmUp, cosine, warmUpCosine, cosineRestarts]

    /// base (start + (end - start) min(t, total) / total) (Goyal et al. 2017).
    public static let linearWarmUp = ScheduleRule(
        "linear_warmup", "base (start + (end - start) min(t, total) / total)", source: "Goyal et al. 2017",
        [
            .length("total", .share(0.05), "iterations of the warm-up"), .number("start_factor", 0.1, .notNegative, "of the base rate"),
            .number("end_factor", 1, .notNegative, "of the base rate"),
        ],
        length: { $0.iterations("total") }
    ) { t, base, v in base * warmUpFactor(t, v, total: v["total"]) }

    /// eta_min + (base - eta_min) (1 + cos(pi t / t_max)) / 2 (Loshchilov and Hutter 2017).
    public static let cosine = ScheduleRule(
        "cosine", "eta_min + (base - eta_min) (1 + cos(pi t / t_max)) / 2", source: "Loshchilov and Hutter 2017",
        [.length("t_max", .rest, "iterations down to eta_min; it rises again behind"), .number("eta_min", 0, .notNegative, "the lowest rate")],
        length: { $0.iterations("t_max") }
    ) { t, base, v in annealed(base, v["eta_min"], Double(t) / max(1, v["t_max"])) }

    /// `linearWarmUp`, then `cosine` from there, in one rule.
    public static let warmUpCosine = ScheduleRule(
        "warmup_cosine", "linear_warmup from start_factor to 1 for `warmup` iterations, then cosine from there",
        source: "Goyal et al. 2017; Loshchilov and Hutter 2017",
        [
            .length("warmup", .share(0.05), "iterations of the warm-up"), .number("start_factor", 0.1, .notNegative, "of the base rate"),
            .length("t_max", .rest, "iterations of the cosine"), .number("eta_min", 0, .notNegative, "the lowest rate"),
        ],
        length: { $0.iterations("warmup") + $0.iterations("t_max") }
    ) { t, base, v in
        let warmUp = v.iterations("warmup")
        guard t >= warmUp else { return base * warmUpFactor(t, v, total: v["warmup"]) }
        return annealed(base, v["eta_min"], Double(t - warmUp) / max(1, v["t_max"]))
    }

    /// `cosine` again and again, in periods that grow by a factor (Loshchilov and Hutter 2017).
    public static let cosineRestarts = ScheduleRule(
        "cosine_restarts", "cosine within periods of t0, t0 t_mult, t0 t_mult^2, … iterations", source: "Loshchilov and Hutter 2017",
        [
            .length("t0", .epochs(1), "iterations of the first period"),
            .number("t_mult", 1, .atLeastOne, "factor from one period to the next"),
            .number("eta_min", 0, .notNegative, "the lowest rate"),
        ],
        cycleEnd: { cycle, v in
            var (end, period) = (0.0, max(1, v["t0"]))
            guard v["t_mult"] > 1 else { return Double(cycle + 1) * period }
            for _ in 0...cycle { (end, period) = (end + period, period * v["t_mult"]) }
            return end.rounded(.up)
        }
    ) { t, base, v in
        var (start, period) = (0.0, max(1, v["t0"]))
        if v["t_mult"] == 1 {
            start = (Double(t) / period).rounded(.down) * period
        } else {
            while Double(t) >= start + period { (start, period) = (start + period, period * v["t_mult"]) }
        }
        return annealed(base, v["eta_min"], (Double(t) - start) / period)
    }

    /// Half a cosine from `high` (0) to `low` (1).
    static func annealed(_ high: Double, _ low: Double, _ share: Double) -> Double {
        low + (high - low) * (1 + MartletOps.cosine(halfTurns: share)) / 2
    }

    private static func warmUpFactor(_ t: Int, _ v: Values, total: Double) -> Double {
        let end = v.given("end_factor") ?? 1
        guard total > 0 else { return end }
        return v["start_factor"] + (end - v["start_factor"]) * min(Double(t), total) / total
    }
}
