import MartletBackend
import MartletFormats

/// A result that is wrong in a way that no list of outputs shows.
public struct ReferenceMismatch: Error, Sendable, CustomStringConvertible {
    public let description: String
    /// An error with a message for the report.
    public init(_ description: String) { self.description = description }
}

/// How one group of reference cases fared on one device.
public struct ReferenceReport: Sendable {
    /// The name of the group in the folder of cases.
    public let group: String
    /// The name of the `CheckTarget`.
    public let target: String
    /// Cases whose outputs were all within their tolerances.
    public internal(set) var passed = 0
    /// One line per case that failed.
    public internal(set) var failures: [String] = []
    /// The ids of cases that Martlet cannot run.
    public internal(set) var unsupported: [String] = []
    /// The largest error of an output, as a multiple of its tolerance.
    public internal(set) var worstError = 0.0

    init(group: String, target: String) {
        self.group = group
        self.target = target
    }

    mutating func add(_ test: ReferenceCase, _ result: Result<[String: [Float]]?, any Error>) {
        switch result {
        case .failure(let error): failures.append("\(test): \(error)")
        case .success(nil): unsupported.append(test.id)
        case .success(let outputs?):
            var problems: [String] = []
            if let statistics = test.statistics {
                let (worst, problem) = statistics.compare(outputs["w"] ?? [])
                worstError = max(worstError, worst)
                if let problem { problems.append(problem) }
            }
            for (name, expected) in test.outputs.sorted(by: { $0.key < $1.key }) {
                guard let got = outputs[name] else {
                    problems.append("no output '\(name)'")
                    continue
                }
                let comparison = expected.compare(got)
                worstError = max(worstError, comparison.worst)
                if !comparison.isWithin {
                    let place = comparison.index.map { "[\($0)] is \(got[$0]), expected \(expected.values[$0])" }
                    problems.append("\(name)\(place ?? " has \(got.count) elements, expected \(expected.values.count)"): \(comparison.worst) of the tolerance")
                }
            }
            if problems.isEmpty { passed += 1 } else { failures.append("\(test): " + problems.joined(separator: "; ")) }
        }
    }
}

extension ReferenceSuite {
    /// Runs every case on a target, group by group in the suite's order.
    public func check(
        on target: CheckTarget, groups: [ReferenceGroup] = ReferenceGroup.all, progress: (ReferenceCase) -> Void = { _ in }
    ) -> [ReferenceReport] {
        let runners = Dictionary(groups.map { ($0.name, $0.run) }) { first, _ in first }
        var reports: [ReferenceReport] = []
        for test in cases {
            progress(test)
            let place = reports.firstIndex { $0.group == test.group } ?? reports.count
            if place == reports.count { reports.append(ReferenceReport(group: test.group, target: target.name)) }
            reports[place].add(test, Result { try runners[test.group]?(test, target.device) })
        }
        return reports
    }
}
