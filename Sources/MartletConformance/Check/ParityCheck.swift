import MartletBackend
import MartletCore
import MartletOps

/// What became of one operation's samples on one target.
public struct OperationReport: Sendable {
    public let operation: String
    /// The operation that devices launch for it: `pointwise` for a pointwise function.
    public let launched: String
    public let target: String
    public internal(set) var samples = 0
    /// Samples that agree.
    public internal(set) var agreeing = 0
    /// The largest error against the Float64 oracle, as a multiple of the tolerance.
    public internal(set) var worstError = 0.0
    public internal(set) var discrepancies: [Discrepancy] = []
    /// Samples with other bits than on the first target, or without a result.
    public internal(set) var differing = 0

    init(operation: String, launched: String? = nil, target: String) {
        self.operation = operation
        self.launched = launched ?? operation
        self.target = target
    }
    public var passes: Bool { discrepancies.isEmpty }

    mutating func add(_ found: [Discrepancy]) {
        samples += 1
        if found.isEmpty { agreeing += 1 } else { discrepancies += found }
    }
}

/// Every sample on every target: bit for bit against the first, and within its tolerance of the Float64 oracle.
///
/// - Parameter progress: told of each operation before it runs.
public func checkParity(
    _ operations: OperationList, on targets: [CheckTarget], progress: (_ operation: String, _ sample: Int, _ of: Int) -> Void = { _, _, _ in }
) throws -> [OperationReport] {
    var reports: [OperationReport] = []
    for operation in operations.launched {
        var rows = targets.map { OperationReport(operation: operation.name, launched: operation.launched, target: $0.name) }
        let samples = operation.samples
        for (place, sample) in samples.enumerated() {
            progress(operation.name, place, samples.count)
            let data = SampleData(sample, resultTypes: try sample.resultTypes())
            let oracle = sample.oracle(data)
            var baseline: [HostArray]?
            for (index, target) in targets.enumerated() {
                var found: [Discrepancy] = []
                do throws(DeviceError) {
                    let results = try sample.run(on: target.device, data)
                    if let baseline {
                        let text = difference(results, baseline, target.name, targets[0].name)
                        if let text {
                            found.append(sample.discrepancy(text))
                            rows[index].differing += 1
                        }
                    }
                    let accuracy = sample.accuracy(of: results, oracle, data)
                    rows[index].worstError = max(rows[index].worstError, accuracy.worst)
                    if let text = accuracy.text { found.append(sample.discrepancy("\(text) on \(target.name)")) }
                    if index == 0 { baseline = results }
                } catch {
                    found.append(sample.discrepancy("\(error) on \(target.name)"))
                    rows[index].differing += 1
                }
                rows[index].add(found)
            }
        }
        for index in rows.indices where samples.isEmpty {
            rows[index].discrepancies.append(Discrepancy(operation: operation.name, sample: "", text: "has no samples"))
        }
        reports += rows
    }
    return reports
}

private func difference(_ results: [HostArray], _ baseline: [HostArray], _ name: String, _ first: String) -> String? {
    for (place, (a, b)) in zip(results, baseline).enumerated() where !sameBits(a, b) {
        guard let index = firstDifference(a.floats, b.floats), index < a.count else { return "result \(place) differs between \(name) and \(first)" }
        return "result \(place)[\(index)] is \(a.floats[index]) on \(name), \(b.floats[index]) on \(first)"
    }
    return nil
}
