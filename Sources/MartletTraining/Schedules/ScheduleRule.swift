import MartletCore

/// A row of the table of learning-rate schedules: what the rate is in iteration t = 0, 1, … of its stage, for a base rate.
///
/// Rates are computed in Double from +, -, *, / and Martlet's own functions, so that they are the same on every host, and
/// rounded to float32 for the device.
public struct ScheduleRule: Sendable {
    /// As on the command line and in files.
    public let name: String
    /// The rate in a line, as the documentation gives it.
    public let text: String
    /// Where it comes from; nil where it is everybody's.
    public let source: String?
    /// Its settings, in the order of the documentation; a value without a name is that of the first.
    public let parameters: [Parameter]
    let rate: @Sendable (_ t: Int, _ base: Double, _ values: Values) -> Double
    /// The momentum that goes with it; nil where it moves none.
    let momentum: (@Sendable (_ t: Int, _ values: Values) -> Double?)?
    /// Iterations after which another stage may follow; nil where it has no end.
    let length: (@Sendable (_ values: Values) -> Int)?
    /// Iterations until a cycle, from 0, is over; nil where it has no cycles.
    let cycleEnd: (@Sendable (_ cycle: Int, _ values: Values) -> Double)?

    /// A setting of a rule.
    public struct Parameter: Sendable {
        /// As on the command line.
        public let name: String
        /// What it takes, and its default.
        public let kind: Kind
        /// In a few words, for help.
        public let meaning: String

        /// What a setting may be.
        public enum Kind: Sendable {
            /// With its default; nil where it must be given.
            case number(Double?, Range)
            /// A learning rate; by default so many times the base rate.
            case rate(Double)
            /// Iterations, epochs or a share of the run.
            case length(Length?)
            /// Several lengths, at least one of which must be given.
            case lengths
            /// The first is the default; nil where another setting decides.
            case choice([String], hasDefault: Bool)
        }
        /// The numbers that make sense, which are finite.
        public enum Range: Sendable {
            /// At least 0.
            case notNegative
            /// Greater than 0.
            case positive
            /// From 0 to 1.
            case share
            /// At least 1.
            case atLeastOne
            /// Every number.
            case any
        }

        init(_ name: String, _ kind: Kind, _ meaning: String) {
            self.name = name
            self.kind = kind
            self.meaning = meaning
        }
    }

    /// Settings in numbers, by name: lengths in iterations, choices by their place.
    struct Values: Hashable, Sendable {
        var numbers: [String: [Double]] = [:]
        /// - Precondition: the setting has a default or was given.
        subscript(name: String) -> Double { numbers[name]![0] }
        func given(_ name: String) -> Double? { numbers[name]?[0] }
        func list(_ name: String) -> [Double] { numbers[name] ?? [] }
        func iterations(_ name: String) -> Int { Int(self[name]) }
    }

    init(
        _ name: String, _ text: String, source: String? = nil, _ parameters: [Parameter] = [],
        length: (@Sendable (Values) -> Int)? = nil, momentum: (@Sendable (Int, Values) -> Double?)? = nil,
        cycleEnd: (@Sendable (_ cycle: Int, _ values: Values) -> Double)? = nil,
        rate: @escaping @Sendable (_ t: Int, _ base: Double, _ values: Values) -> Double
    ) {
        self.name = name
        self.text = text
        self.source = source
        self.parameters = parameters
        self.length = length
        self.momentum = momentum
        self.cycleEnd = cycleEnd
        self.rate = rate
    }

    /// The whole table, in the order of the documentation.
    public static let all: [ScheduleRule] = decays + anneals + cycles + [reduceOnPlateau]

    /// A rule of the table; nil for an unknown name.
    public static func named(_ name: String) -> ScheduleRule? { all.first { $0.name == name } }

    /// The whole text of its settings, with their defaults.
    public var settingsText: String { parameters.map(\.text).joined(separator: ", ") }
}

extension ScheduleRule: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension ScheduleRule.Parameter {
    static func length(_ name: String, _ value: Length?, _ meaning: String) -> Self { .init(name, .length(value), meaning) }
    static func number(_ name: String, _ value: Double?, _ range: Range, _ meaning: String) -> Self {
        .init(name, .number(value, range), meaning)
    }
    /// Of schedules that fall step by step: what counts as one.
    static let every = length("every", .iterations(1), "iterations that count as one t")

    /// `gamma=0.1`, or `gamma=…` where it must be given.
    var text: String {
        switch kind {
        case .number(let value, _): "\(name)=\(value.map { "\(Schedule.Setting.number($0))" } ?? "…")"
        case .rate(let share): "\(name)=" + (share == 1 ? "the rate" : "\(share) of the rate")
        case .length(let length): "\(name)=\(length?.description ?? "…")"
        case .lengths: "\(name)=…/…"
        case .choice(let words, _): "\(name)=\(words.joined(separator: "|"))"
        }
    }
}

extension ScheduleRule.Parameter.Range {
    func contains(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        return switch self {
        case .any: true
        case .notNegative: value >= 0
        case .positive: value > 0
        case .share: 0...1 ~= value
        case .atLeastOne: value >= 1
        }
    }
    var text: String {
        switch self {
        case .any: "a number"
        case .notNegative: "at least 0"
        case .positive: "greater than 0"
        case .share: "from 0 to 1"
        case .atLeastOne: "at least 1"
        }
    }
}
