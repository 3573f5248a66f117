import MartletBackend
import MartletOps

/// Whether an operation runs on a target, for one combination of element types.
public struct Support: Sendable {
    /// Its name in the table.
    public let operation: String
    /// Of the operands, such as `float32, int32`.
    public let dtypes: String
    /// The name of the `CheckTarget`.
    public let target: String
    /// Nil where it runs.
    public let problem: String?
}

/// Runs the smallest sample of every combination of element types on every target.
public func checkSupport(_ operations: OperationList, on targets: [CheckTarget]) throws -> [Support] {
    var rows: [Support] = []
    for operation in operations.launched {
        var smallest: [String: Sample] = [:]
        for sample in operation.samples {
            let dtypes = sample.operands.isEmpty ? "none" : sample.operands.map { "\($0.dtype)" }.joined(separator: ", ")
            if sample.size < smallest[dtypes]?.size ?? .max { smallest[dtypes] = sample }
        }
        for (dtypes, sample) in smallest.sorted(by: { $0.key < $1.key }) {
            let data = SampleData(sample, resultTypes: try sample.resultTypes())
            for target in targets {
                var problem: String?
                do throws(DeviceError) {
                    _ = try sample.run(on: target.device, data)
                } catch {
                    problem = "\(error)"
                }
                rows.append(Support(operation: operation.name, dtypes: dtypes, target: target.name, problem: problem))
            }
        }
    }
    return rows
}

extension Sample {
    /// Elements of all operands.
    package var size: Int { operands.reduce(0) { $0 + $1.elementCount } }
}
