import MartletOps

/// Schedules that rise and fall.
extension ScheduleRule {
    static let cycles: [ScheduleRule] = [oneCycle, cyclic]

    /// As PyTorch's OneCycleLR, three phases and momentum included. Behind its end the last rate stays.
    public static let oneCycle = ScheduleRule(
        "one_cycle", "up from max_lr / div_factor to max_lr and far down again; momentum the other way round", source: "Smith 2018",
        [
            .init("max_lr", .rate(1), "the highest rate"), .length("total_steps", .rest, "iterations of the cycle"),
            .number("pct_start", 0.3, .share, "share of the cycle in which it rises"),
            .number("div_factor", 25, .positive, "max_lr / first rate"),
            .number("final_div_factor", 1e4, .positive, "first rate / last rate"),
            .init("anneal_strategy", .choice(["cos", "linear"], hasDefault: true), "the shape"),
            .init("three_phase", .choice(["false", "true"], hasDefault: true), "down as it went up, and then further"),
            .init("cycle_momentum", .choice(["true", "false"], hasDefault: true), "whether momentum moves, where the optimizer has one"),
            .number("base_momentum", 0.85, .share, "at the highest rate"), .number("max_momentum", 0.95, .share, "at the lowest rate"),
        ],
        length: { $0.iterations("total_steps") },
        momentum: { t, v in
            guard v["cycle_momentum"] == 0 else { return nil }
            return cycle(t, v, first: v["max_momentum"], high: v["base_momentum"], last: v["max_momentum"])
        }
    ) { t, base, v in
        let high = v.given("max_lr") ?? base
        let first = high / v["div_factor"]
        return cycle(t, v, first: first, high: high, last: first / v["final_div_factor"])
    }

    /// A value that goes from `first` to `high` and down to `last`, by way of `first` where there are three phases.
    private static func cycle(_ t: Int, _ v: Values, first: Double, high: Double, last: Double) -> Double {
        let (total, rise) = (v["total_steps"], v["pct_start"] * v["total_steps"])
        let phases = v["three_phase"] == 1
            ? [(rise - 1, first, high), (2 * rise - 2, high, first), (total - 1, first, last)]
            : [(rise - 1, first, high), (total - 1, high, last)]
        var begin = 0.0
        for (place, (end, from, to)) in phases.enumerated() {
            if Double(t) <= end || place == phases.count - 1 {
                let share = end > begin ? min(1, (Double(t) - begin) / (end - begin)) : 1
                return v["anneal_strategy"] == 1 ? from + (to - from) * share : annealed(from, to, share)
            }
            begin = end
        }
        return last
    }

    /// As PyTorch's CyclicLR.
    public static let cyclic = ScheduleRule(
        "cyclic", "triangles between base and max", source: "Smith 2017",
        [
            .init("base", .rate(0.1), "the lowest rate"), .init("max", .rate(1), "the highest rate"),
            .length("step_size_up", .epochs(2), "iterations upward"),
            .length("step_size_down", .iterations(0), "iterations downward; 0: as many as upward"),
            .init(
                "mode", .choice(["triangular", "triangular2", "exp_range"], hasDefault: true),
                "equal peaks, peaks that halve, peaks times gamma^t"),
            .number("gamma", 1, .notNegative, "of exp_range"),
        ],
        cycleEnd: { cycle, v in
            let (up, down) = sides(v)
            return Double(cycle + 1) * (up + down)
        }
    ) { t, base, v in
        let (up, down) = sides(v)
        let cycle = (Double(t) / (up + down)).rounded(.down)
        let place = Double(t) - cycle * (up + down)
        let height = place <= up ? place / up : (up + down - place) / down
        let scale = switch v["mode"] {
        case 1: power(0.5, Int(cycle))
        case 2: power(v["gamma"], t)
        default: 1.0
        }
        let low = v.given("base") ?? 0.1 * base
        return low + ((v.given("max") ?? base) - low) * height * scale
    }

    /// Iterations upward and downward.
    private static func sides(_ v: Values) -> (up: Double, down: Double) {
        let up = max(1, v["step_size_up"])
        return (up, v["step_size_down"] == 0 ? up : v["step_size_down"])
    }
}
