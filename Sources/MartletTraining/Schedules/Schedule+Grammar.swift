import MartletCore

/// A schedule as a user writes it: `cosine`, `step:step_size=10epochs,gamma=0.5`, and for several stages
/// `linear_warmup:total=500 then cosine:eta_min=1e-5`. A value without a name is that of the first setting: `cosine:500`.
extension Schedule: CustomStringConvertible {
    /// How a stage is written, for help and for errors.
    public static let grammar = "NAME:SETTING=VALUE,…; lengths are iterations (500), epochs (2epochs) or shares of the run (10%)"

    /// - Throws: `badOption` that says what is wrong with it.
    public init(parsing text: String) throws(TrainingError) {
        var schedule: Schedule?
        for part in Self.split(text, at: " then ") {
            let next = try Self.stage(part)
            schedule = if let schedule { try schedule.then(next) } else { next }
        }
        self = schedule ?? .constant
    }

    private static func stage(_ text: Substring) throws(TrainingError) -> Schedule {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = halves.first.map(trimmed) ?? ""
        guard let rule = ScheduleRule.named(name) else {
            throw .badOption(unknownName("schedule", name, known: ScheduleRule.all.map(\.name)))
        }
        var settings: [String: Setting] = [:]
        for (place, word) in (halves.count > 1 ? halves[1].split(separator: ",", omittingEmptySubsequences: false) : []).enumerated() {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 || place == 0 && pair.count == 1 && !rule.parameters.isEmpty else {
                throw .badOption("'\(word)' in the schedule '\(text)' is no SETTING=VALUE. A schedule is \(grammar)")
            }
            let setting = pair.count == 2 ? trimmed(pair[0]) : rule.parameters[0].name
            guard settings[setting] == nil else { throw .badOption("'\(setting)' is given twice in the schedule '\(text)'") }
            let parameter = rule.parameters.first { $0.name == setting }
            settings[setting] = value(trimmed(pair[pair.count - 1]), of: parameter?.kind)
        }
        return try Schedule(name, settings)
    }

    /// What does not fit its kind stays a word, which the checks refuse.
    private static func value(_ text: String, of kind: ScheduleRule.Parameter.Kind?) -> Setting {
        switch kind {
        case .number, .rate: Double(text).map { .number($0) } ?? .word(text)
        case .length: Length(text).map { .length($0) } ?? .word(text)
        case .lengths:
            {
                let lengths = text.split(separator: "/", omittingEmptySubsequences: false).map { Length($0) }
                return lengths.contains(nil) ? .word(text) : .lengths(lengths.compactMap(\.self))
            }()
        case .choice, nil: .word(text)
        }
    }

    /// What `init(parsing:)` reads.
    public var description: String {
        stages.map { stage in
            let settings = stage.rule.parameters.compactMap { parameter in
                stage.settings[parameter.name].map { "\(parameter.name)=\($0)" }
            }
            return stage.rule.name + (settings.isEmpty ? "" : ":" + settings.joined(separator: ","))
        }.joined(separator: " then ")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func split(_ text: String, at separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = text[...]
        while let place = rest.indices.first(where: { rest[$0...].hasPrefix(separator) }) {
            parts.append(rest[..<place])
            rest = rest[place...].dropFirst(separator.count)
        }
        return parts + [rest]
    }
}
