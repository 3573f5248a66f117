import MartletFormats

/// A trial that a method asks for.
public struct Proposal: Hashable, Sendable {
    /// From 0.
    public let number: Int
    /// Which round of the method it belongs to, from 0.
    public let stage: Int
    public let values: Assignment
    public let epochs: Int
}

/// A trial and what it came to. A journal has each as a line.
public struct Trial: Hashable, Sendable {
    public enum Status: String, Sendable {
        case done
        /// It met a value that is not finite.
        case diverged
        /// It could not be run, for the reason given.
        case failed
    }

    public let number: Int
    public let stage: Int
    public let values: Assignment
    public let epochs: Int
    public let status: Status
    /// What is to be small, where there is a number.
    public let objective: Double?
    /// What else is to be told.
    public let details: [JSONValue.Member]

    public init(_ proposal: Proposal, _ outcome: TrialOutcome) {
        (number, stage, values, epochs) = (proposal.number, proposal.stage, proposal.values, proposal.epochs)
        let objective = outcome.objective.flatMap { $0.isFinite ? $0 : nil }
        status = outcome.status == .done && objective == nil ? .diverged : outcome.status
        self.objective = status == .done ? objective : nil
        details = outcome.details
    }

    private static let fields = ["trial", "stage", "parameters", "epochs", "status", "objective"]

    public var json: JSONValue {
        .object([
            .init("trial", .integer(number)), .init("stage", .integer(stage)), .init("parameters", .object(values)),
            .init("epochs", .integer(epochs)), .init("status", .string(status.rawValue)),
            .init("objective", objective.map { .number($0) } ?? .null),
        ] + details)
    }

    /// Nil where the value is no trial.
    init?(_ json: JSONValue) {
        guard let number = json["trial"]?.int, let stage = json["stage"]?.int, let values = json["parameters"]?.members,
            let epochs = json["epochs"]?.int, let status = json["status"]?.string.flatMap(Status.init)
        else { return nil }
        (self.number, self.stage, self.values, self.epochs, self.status) = (number, stage, values, epochs, status)
        objective = status == .done ? json["objective"]?.double : nil
        guard (objective != nil) == (status == .done) else { return nil }
        details = (json.members ?? []).filter { !Self.fields.contains($0.name) }
    }
}

/// What a trial came to.
public struct TrialOutcome: Sendable {
    public var status: Trial.Status
    public var objective: Double?
    public var details: [JSONValue.Member]

    public init(_ status: Trial.Status, objective: Double? = nil, details: [JSONValue.Member] = []) {
        (self.status, self.objective, self.details) = (status, objective, details)
    }
}

extension [Trial] {
    /// Those that came to a number, the best first; of equal ones the earlier.
    func ranked() -> [Trial] {
        filter { $0.objective != nil }.sorted { ($0.objective!, $0.number) < ($1.objective!, $1.number) }
    }

    /// Those that ran for the number of epochs that most have in common, the larger of two such numbers. The short trials of a
    /// first round tell more of a space than the few that come through it.
    package var comparable: [Trial] {
        let groups = Dictionary(grouping: self) { $0.epochs }
        return groups.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.value ?? []
    }

    /// The best of those that ran longest; nil where none came to a number.
    public var best: Trial? {
        let longest = filter { $0.objective != nil }.map(\.epochs).max()
        return filter { $0.epochs == longest }.ranked().first
    }
}
