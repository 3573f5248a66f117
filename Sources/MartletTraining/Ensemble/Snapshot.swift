import MartletCore
import MartletFormats
import MartletNN

/// A model's weights at the end of a cycle of its schedule, by name, in PyTorch's layout.
public struct Snapshot: Sendable {
    /// After which they were taken, from 1.
    public let epoch: Int
    /// Every parameter and running statistic with its name, in graph order.
    public let weights: [(name: String, array: HostArray)]
}

extension Ensemble {
    /// The snapshots of a model's last run as members, the oldest first (Huang et al. 2017).
    ///
    /// - Parameter data: what the members are to know of their data.
    /// - Throws: `unsuitableData` where the run kept none.
    public init(snapshotsOf compiled: CompiledModel, data: DataDescription? = nil) throws(TrainingError) {
        guard !compiled.snapshots.isEmpty else {
            throw .unsuitableData("the model's last run kept no snapshots; ask for them with FitOptions.snapshots")
        }
        try self.init(try wrap { () throws(FormatError) in
            var members: [ModelFile] = []
            for snapshot in compiled.snapshots {
                let contents = ModelFile.contents(snapshot.weights, compiled.model, compiled.loss, data)
                members.append(try ModelFile(contents, compiled.model, "the snapshot of epoch \(snapshot.epoch)"))
            }
            return members
        })
    }
}
