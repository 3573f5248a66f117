import MartletCore
import MartletFormats

/// A space is an object with a member for each parameter:
///
///     {
///       "learning-rate": {"log-uniform": [1e-4, 1e-1]},
///       "dropout": {"uniform": [0, 0.5]},
///       "width": {"integers": [16, 256], "scale": "log"},
///       "optimizer": {"choice": ["adam", "momentum"]},
///       "momentum": {"uniform": [0.8, 0.99], "when": {"optimizer": "momentum"}}
///     }
///
/// `when` names parameters above, with a value or a list of values.
extension SearchSpace {
    private static let domains = ["uniform", "log-uniform", "integers", "choice"]

    /// - Throws: `unsuitable` where the file says nothing, contradicts itself or says what cannot be, naming the parameter.
    public static func read(_ path: String) throws(FormatError) -> SearchSpace {
        try SearchSpace(json: try JSONValue(parsing: try File.read(path), path: path), path: path)
    }

    /// - Parameter path: what messages call the text.
    public init(json: JSONValue, path: String) throws(FormatError) {
        func refusal(_ problem: String) -> FormatError {
            .unsuitable(path: path, problem: problem, remedy: "write it as 'martlet help search' says")
        }
        guard let members = json.members, !members.isEmpty else {
            throw refusal("expected an object with at least one parameter, such as {\"learning-rate\": {\"log-uniform\": [1e-4, 1e-1]}}")
        }
        var parameters: [Parameter] = []
        for member in members {
            let name = member.name
            guard !name.isEmpty, !parameters.contains(where: { $0.name == name }) else { throw refusal("two parameters are called '\(name)'") }
            guard let fields = member.value.members else {
                throw refusal("parameter '\(name)': expected an object with one of \(Self.domains.joined(separator: ", ")), found \(member.value)")
            }
            let known = Self.domains + ["scale", "when"]
            for field in fields where !known.contains(field.name) {
                throw refusal("parameter '\(name)': " + unknownName("field", field.name, known: known))
            }
            let kinds = fields.filter { Self.domains.contains($0.name) }
            guard kinds.count == 1 else {
                throw refusal("parameter '\(name)': expected one of \(Self.domains.joined(separator: ", ")), found \(kinds.isEmpty ? "none" : kinds.map(\.name).joined(separator: " and "))")
            }
            do {
                let domain = try Domain(kinds[0].name, kinds[0].value, scale: member.value["scale"])
                let conditions = try Self.conditions(member.value["when"], above: parameters)
                parameters.append(Parameter(name: name, domain: domain, conditions: conditions))
            } catch {
                throw refusal("parameter '\(name)': \(error.text)")
            }
        }
        self.init(parameters)
    }

    private static func conditions(_ json: JSONValue?, above: [Parameter]) throws(Contradiction) -> [Condition] {
        guard let json else { return [] }
        guard let members = json.members else { throw Contradiction("'when' takes an object such as {\"optimizer\": \"momentum\"}, found \(json)") }
        var conditions: [Condition] = []
        for member in members {
            guard let place = above.firstIndex(where: { $0.name == member.name }) else {
                throw Contradiction("'when' names '\(member.name)', which is no parameter above it (\(above.isEmpty ? "there is none" : above.map(\.name).joined(separator: ", ")))")
            }
            let values = member.value.array ?? [member.value]
            guard case .choice(let choices) = above[place].domain else {
                throw Contradiction("'when' needs a parameter with a choice, and '\(member.name)' is a range")
            }
            guard !values.isEmpty else { throw Contradiction("'when' gives no value for '\(member.name)', so it would never be there") }
            for value in values where !choices.contains(value) {
                throw Contradiction("'when' wants '\(member.name)' to be \(value), which is none of its choices: \(choices.map(\.description).joined(separator: ", "))")
            }
            conditions.append(Condition(parameter: place, values: values))
        }
        try requireReachable(conditions, above)
        return conditions
    }

    /// What a parameter needs, and what those need that it names, must be possible together.
    private static func requireReachable(_ conditions: [Condition], _ above: [Parameter]) throws(Contradiction) {
        var allowed: [Int: Set<JSONValue>] = [:]
        var open = conditions
        while let condition = open.popLast() {
            allowed[condition.parameter] = allowed[condition.parameter].map { $0.intersection(condition.values) } ?? Set(condition.values)
            guard !allowed[condition.parameter]!.isEmpty else {
                throw Contradiction("its conditions want '\(above[condition.parameter].name)' to be different things at once, so it would never be there")
            }
            open += above[condition.parameter].conditions
        }
    }
}

/// What is wrong with a parameter.
struct Contradiction: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

extension SearchSpace.Domain {
    fileprivate init(_ kind: String, _ value: JSONValue, scale: JSONValue?) throws(Contradiction) {
        if let scale, kind != "integers" || !["log", "linear"].contains(scale.string) {
            throw Contradiction("'scale' is \"log\" or \"linear\", and of integers; a range of numbers is uniform or log-uniform")
        }
        if kind == "choice" {
            guard let choices = value.array, choices.count > 1 else { throw Contradiction("a choice takes a list of at least two values, found \(value)") }
            for (place, choice) in choices.enumerated() {
                guard choice.array == nil, choice.members == nil, !choice.isNull else { throw Contradiction("a choice is a text, a number, true or false, not \(choice)") }
                guard !choices[..<place].contains(choice) else { throw Contradiction("the choice \(choice) is there twice") }
            }
            self = .choice(choices)
            return
        }
        guard let ends = value.doubles, ends.count == 2, ends.allSatisfy(\.isFinite) else {
            throw Contradiction("\(kind) takes the least and the greatest value, such as [0, 0.5], found \(value)")
        }
        guard ends[0] < ends[1] else { throw Contradiction("the range \(value) has no value between its ends; the least comes first") }
        let isLog = kind == "log-uniform" || scale?.string == "log"
        guard !isLog || ends[0] > 0 else { throw Contradiction("the range \(value) cannot be logarithmic, for its least value is not above 0") }
        switch kind {
        case "uniform": self = .uniform(ends[0], ends[1])
        case "log-uniform": self = .logUniform(ends[0], ends[1])
        default:
            guard let integers = value.ints, integers[1].magnitude < 1 << 53, integers[0].magnitude < 1 << 53 else {
                throw Contradiction("integers takes two whole numbers, found \(value)")
            }
            self = .integers(integers[0], integers[1], isLog: isLog)
        }
    }
}
