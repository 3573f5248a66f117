/// Something that is wrong with a run.
public struct Finding: Hashable, Sendable, Codable {
    /// The rule's name, such as `overfitting`.
    public var rule: String
    public var title: String
    /// What was seen, in numbers.
    public var evidence: String
    /// What to change.
    public var advice: String
}

/// Looks for one illness.
struct Rule: Sendable {
    let name: String
    let title: String
    let advice: String
    /// The evidence; nil where the run is well, or too little is known.
    let evidence: @Sendable (Curves) -> String?
}

extension RunRecord {
    /// What `diagnosis` looks for.
    public static var illnesses: [(name: String, title: String)] { Rule.all.map { ($0.name, $0.title) } }

    /// What is wrong, the gravest first; empty where nothing is.
    public func diagnosis() -> [Finding] {
        let curves = Curves(self)
        var found: [Finding] = []
        for rule in Rule.all {
            guard let evidence = rule.evidence(curves) else { continue }
            found.append(Finding(rule: rule.name, title: rule.title, evidence: evidence, advice: rule.advice))
        }
        return found
    }
}

extension Rule {
    static let all: [Rule] = beginning + learningRate + fit + activations + gradients + data
}
