import MartletCore

/// How the learning rate, and with some schedules the momentum, goes through a run: stages one after the other, each by the
/// name of a `ScheduleRule`. The base rate is the optimizer's.
///
///     let schedule = try Schedule("linear_warmup", ["total": .epochs(1)]).then("cosine", ["eta_min": 1e-5])
///
/// Settings that are not given have their defaults; lengths are iterations, epochs or shares of the run.
public struct Schedule: Hashable, Sendable {
    /// One after the other; all but the last have an end.
    public private(set) var stages: [Stage]

    /// A rule with its settings, counted from iteration 0.
    public struct Stage: Hashable, Sendable {
        /// What the rate does.
        public let rule: ScheduleRule
        /// Those that were given, by name.
        public let settings: [String: Setting]
    }

    /// A setting as a user gives it.
    public enum Setting: Hashable, Sendable {
        /// A plain number.
        case number(Double)
        /// A stretch of the run.
        case length(Length)
        /// Several places in the run, such as milestones.
        case lengths([Length])
        /// A choice by its name.
        case word(String)

        /// A stretch of the run, in epochs.
        public static func epochs(_ count: Double) -> Setting { .length(.epochs(count)) }
        /// A stretch of the run, in optimizer steps.
        public static func iterations(_ count: Int) -> Setting { .length(.iterations(count)) }
        /// Of the run.
        public static func share(_ share: Double) -> Setting { .length(.share(share)) }
    }

    /// The optimizer's rate, all the way.
    public static let constant = Schedule(stages: [Stage(rule: .constant, settings: [:])])

    private init(stages: [Stage]) { self.stages = stages }

    /// A rule that is in no table, without settings.
    init(_ rule: ScheduleRule) { self.init(stages: [Stage(rule: rule, settings: [:])]) }

    /// - Throws: `badOption` for an unknown name, an unknown setting, one that is missing, or one without sense.
    public init(_ name: String, _ settings: [String: Setting] = [:]) throws(TrainingError) {
        guard let rule = ScheduleRule.named(name) else {
            throw .badOption(unknownName("schedule", name, known: ScheduleRule.all.map(\.name)))
        }
        for given in settings.keys.sorted() where !rule.parameters.contains(where: { $0.name == given }) {
            throw .badOption(
                rule.parameters.isEmpty
                    ? "the schedule '\(name)' has no settings, and '\(given)' was given"
                    : unknownName("setting of the schedule '\(name)'", given, known: rule.parameters.map(\.name)))
        }
        for parameter in rule.parameters { try parameter.check(settings[parameter.name], of: name) }
        self.init(stages: [Stage(rule: rule, settings: settings)])
    }

    /// This schedule, and when it is over another, counted from 0.
    /// - Throws: `badOption` where this one has no end.
    public func then(_ next: Schedule) throws(TrainingError) -> Schedule {
        if let endless = stages.first(where: { $0.rule.length == nil }) {
            let known = ScheduleRule.all.filter { $0.length != nil }.map(\.name)
            throw .badOption("the schedule '\(endless.rule.name)' has no end, so that nothing can follow it; \(known.joined(separator: ", ")) have one")
        }
        return Schedule(stages: stages + next.stages)
    }

    /// This schedule, and when it is over another by its name.
    /// - Throws: `badOption` where this one has no end, and as `init(_:_:)`.
    public func then(_ name: String, _ settings: [String: Setting] = [:]) throws(TrainingError) -> Schedule {
        try then(try Schedule(name, settings))
    }

    /// The monitor of the validation data that it needs; nil for none.
    public var monitor: Monitor? {
        stages.last { $0.rule == .reduceOnPlateau }.map { stage in
            guard case .word(let word)? = stage.settings["metric"] else { return .loss }
            return Monitor(rawValue: word) ?? .loss
        }
    }
}

extension Schedule.Setting: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    public init(stringLiteral value: String) { self = .word(value) }
}

extension ScheduleRule.Parameter {
    /// Refuses a setting that is missing or has no sense.
    func check(_ setting: Schedule.Setting?, of schedule: String) throws(TrainingError) {
        func refuse(_ expected: String) -> TrainingError {
            .badOption("the schedule '\(schedule)' needs \(name) to be \(expected), not " + (setting.map { "\($0)" } ?? "left out"))
        }
        let lengths = "a number of iterations (500), of epochs (2epochs) or a share of the run (10%)"
        switch (kind, setting) {
        case (.number(nil, let range), nil): throw refuse(range.text)
        case (.length(nil), nil): throw refuse(lengths)
        case (.lengths, nil): throw refuse("lengths with '/' between them, such as 10epochs/20epochs")
        case (_, nil): break
        case (.number(_, let range), .number(let value)?):
            guard range.contains(value) else { throw refuse(range.text) }
        case (.rate, .number(let value)?):
            guard value.isFinite, value >= 0 else { throw refuse("at least 0") }
        case (.length, .length?): break
        // A bare number in code counts iterations.
        case (.length, .number(let value)?):
            guard let count = Int(exactly: value), 0..<1 << 40 ~= count else { throw refuse(lengths) }
        case (.lengths, .lengths(let list)?):
            guard !list.isEmpty else { throw refuse("at least one length") }
        case (.choice(let words, _), .word(let word)?):
            guard words.contains(word) else { throw refuse("one of \(words.joined(separator: ", "))") }
        case (.number(_, let range), _?): throw refuse(range.text)
        case (.rate, _?): throw refuse("a learning rate")
        case (.length, _?): throw refuse(lengths)
        case (.lengths, _?): throw refuse("lengths with '/' between them, such as 10epochs/20epochs")
        case (.choice(let words, _), _?): throw refuse("one of \(words.joined(separator: ", "))")
        }
    }
}

extension Schedule.Setting: CustomStringConvertible {
    /// As `Schedule(parsing:)` reads it.
    public var description: String {
        switch self {
        case .number(let value): value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
        case .length(let length): "\(length)"
        case .lengths(let lengths): lengths.map(\.description).joined(separator: "/")
        case .word(let word): word
        }
    }
}
