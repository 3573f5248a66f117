/// A schedule whose lengths are iterations: what training reads in every step, and what a checkpoint keeps.
public struct ResolvedSchedule: Hashable, Sendable {
    /// Settings of every stage, defaults included.
    let stages: [(rule: ScheduleRule, values: ScheduleRule.Values, start: Int)]
    /// With every length in iterations: `Schedule(parsing:)` reads it, and it resolves to this whatever the run.
    public let text: String

    public static func == (a: Self, b: Self) -> Bool { a.text == b.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The learning rate of an iteration, from 0, over the whole run.
    public func rate(at iteration: Int, base: Double) -> Double {
        let stage = stage(at: iteration)
        return stage.rule.rate(iteration - stage.start, base, stage.values)
    }

    /// The momentum of an iteration; nil where the schedule does not move it.
    public func momentum(at iteration: Int) -> Double? {
        let stage = stage(at: iteration)
        return stage.rule.momentum?(iteration - stage.start, stage.values)
    }

    /// The rule that the run ends with.
    var lastRule: String { stages.last?.rule.name ?? "" }

    /// What lowers the rate by the validation data; nil for nothing.
    public var plateau: ReduceOnPlateau? {
        stages.last { $0.rule == .reduceOnPlateau }.map { ReduceOnPlateau($0.values) }
    }

    /// Iterations of the run until a cycle of the last stage, from 0, is over; nil where that stage has no cycles.
    package func end(ofCycle cycle: Int) -> Double? {
        stages.last.flatMap { stage in stage.rule.cycleEnd.map { Double(stage.start) + $0(cycle, stage.values) } }
    }

    private func stage(at iteration: Int) -> (rule: ScheduleRule, values: ScheduleRule.Values, start: Int) {
        stages.last { $0.start <= iteration } ?? stages[0]
    }
}

extension Schedule {
    /// Decides every length for a run.
    public func resolved(for run: RunLength) -> ResolvedSchedule {
        var stages: [(ScheduleRule, ScheduleRule.Values, Int)] = []
        var texts: [String] = []
        var start = 0
        for stage in self.stages {
            var values = ScheduleRule.Values()
            // A length that takes the rest of the run begins behind those that were listed before it.
            var begun = start
            var words: [String] = []
            for parameter in stage.rule.parameters {
                guard let (numbers, text) = parameter.resolved(stage.settings[parameter.name], in: run, after: begun) else { continue }
                values.numbers[parameter.name] = numbers
                if case .length = parameter.kind { begun += Int(numbers[0]) }
                words.append("\(parameter.name)=\(text)")
            }
            stages.append((stage.rule, values, start))
            texts.append(stage.rule.name + (words.isEmpty ? "" : ":" + words.joined(separator: ",")))
            if let length = stage.rule.length { start += length(values) }
        }
        return ResolvedSchedule(stages: stages, text: texts.joined(separator: " then "))
    }
}

extension ScheduleRule.Parameter {
    /// The numbers of a setting or of its default, and how they are written; nil where it has neither.
    fileprivate func resolved(_ setting: Schedule.Setting?, in run: RunLength, after start: Int) -> (numbers: [Double], text: String)? {
        func iterations(_ length: Length) -> Int { length.iterations(in: run, after: start) }
        switch (kind, setting) {
        case (.choice(let words, let hasDefault), _):
            guard case .word(let word)? = setting ?? (hasDefault ? .word(words[0]) : nil) else { return nil }
            return ([Double(words.firstIndex(of: word)!)], word)
        case (_, .number(let value)?), (.number(let value?, _), nil): return ([value], Schedule.Setting.number(value).description)
        case (_, .length(let length)?), (.length(let length?), nil):
            return ([Double(iterations(length))], "\(iterations(length))")
        case (_, .lengths(let lengths)?):
            let counts = lengths.map(iterations)
            return (counts.map(Double.init), counts.map(String.init).joined(separator: "/"))
        default: return nil
        }
    }
}
