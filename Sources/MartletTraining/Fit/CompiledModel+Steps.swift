import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

extension CompiledModel {
    /// The steps of an epoch, from 1, prepared on the device.
    /// - Parameter lent: workspaces of plans that run at other times.
    func steps(
        over samples: DeviceSamples, of data: any SampleSource, _ steps: StepSequence, _ options: FitOptions, epoch: Int,
        _ accumulated: (any Buffer)?, sharing lent: [any Buffer] = []
    ) throws(TrainingError) -> BatchRunner {
        let graphs = StepGraphs(
            model, data, augmentation: options.augmentation, isStreamed: samples.isStreamed, isDrawn: options.sampling != nil)
        let plans = try wrap { () throws(ShapeError) in
            var plans: [Plan] = []
            for kind in steps.kinds { plans.append(try trainingPlan(graphs, kind, options, epoch: epoch)) }
            return plans
        }
        return try wrap { () throws(DeviceError) in
            // What is frozen gets no gradient, and must not keep an old one.
            if options.parameters != .none { try session.resetGradients() }
            return try samples.prepare(
                plans, constants: try session.residents(of: loss), sharing: lent,
                over: accumulated.map { [.accumulatedGradients: $0] } ?? [:])
        }
    }
}
