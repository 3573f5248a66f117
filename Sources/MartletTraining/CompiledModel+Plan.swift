import MartletBackend
import MartletData
import MartletGraph
import MartletNN
import MartletOps

extension Model {
    /// The plan of one training step, without a device: what `martlet plan` explains.
    public func trainingPlan(
        _ data: DataSet, loss: Loss, optimizer: Optimizer, batchSize: Int, passes: Set<Pass> = Set(Pass.allCases),
        largestBuffer: Int = .max,
        augmentation: Augmentation = .none
    ) throws(TrainingError) -> Plan {
        try wrap { () throws(ShapeError) in
            let scales: [(rate: Float, decay: Float)] = variables.filter(\.isTrainable).map { (1, $0.decays ? 1 : 0) }
            return try Plan(
                try StepGraphs(self, data, augmentation: augmentation).training(batch: batchSize, loss: loss),
                training: Plan.Training(rule: optimizer.rule, scales: scales, clipping: optimizer.clipping), passes: passes, largestBuffer: largestBuffer)
        }
    }
}
