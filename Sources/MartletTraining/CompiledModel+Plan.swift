import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletGraph
import MartletNN
import MartletOps

extension Model {
    /// The plan of one training step of the first epoch, without a device: what `martlet plan` explains. Where several batches make
    /// a step, that of the last of them.
    public func trainingPlan(
        _ data: any SampleSource, loss: Loss, optimizer: Optimizer, batchSize: Int, passes: Set<Pass> = Set(Pass.allCases),
        largestBuffer: Int = .max,
        augmentation: Augmentation = .none, penalty: Penalty = .none, decaysAll: Bool = false, accumulation: Int = 1,
        rules: ParameterRules = .none
    ) throws(TrainingError) -> Plan {
        guard accumulation >= 1 else { throw .badOption("the gradients of 1 or more batches make a step, not of \(accumulation)") }
        try rules.check(self)
        let measures = try Measures(loss)
        let last = accumulation == 1
            ? nil : GradientAccumulation(weight: Float(batchSize), divisor: Float(batchSize) * Float(accumulation))
        return try wrap { () throws(ShapeError) in
            let decays = variables.filter(\.isTrainable).map { $0.decays || decaysAll }
            let graphs = StepGraphs(self, data, augmentation: augmentation)
            return try Plan(
                try graphs.training(
                    batch: batchSize, measures, penalty: penalty, of: decays, frozen: rules.frozenNames(of: self, epoch: 1)),
                training: Plan.Training(
                    rule: optimizer.rule, scales: rules.scales(of: self, epoch: 1, decaysAll: decaysAll),
                    clipping: optimizer.clipping, accumulation: last),
                passes: passes, largestBuffer: largestBuffer)
        }
    }

    /// The same with cross-entropy over classes, whatever the data.
    public func trainingPlan(batchSize: Int, optimizer: Optimizer) throws(TrainingError) -> Plan {
        guard outputShape.rank == 1 else {
            throw .unsuitableData("the model gives \(outputShape) for a sample, and classes need a row of numbers")
        }
        let classes = (0..<outputShape[0]).map(String.init)
        let features = HostArray(zeros: TensorType(inputShape.prepending(1), inputType == .int32 ? .int32 : .uint8))
        let data = try wrap { () throws(FormatError) in
            try DataSet(
                name: "any", features: features, featureDivisor: 255,
                targets: .classes(labels: HostArray([1], [0] as [Int32]), names: classes))
        }
        return try trainingPlan(data, loss: .crossEntropy, optimizer: optimizer, batchSize: batchSize)
    }
}
