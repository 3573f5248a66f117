import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

extension CompiledModel {
    /// Measures batchNorm's statistics anew: the mean over the batches of their means and unbiased variances, in the order of
    /// storage and in training mode, as PyTorch's `update_bn`. Averaged weights need it, for no batch has ever met them.
    func recalibrate(_ train: any SampleSource, _ batches: Batches) throws(TrainingError) {
        guard session.states.total > 0 else { return }
        let samples = try samples(of: train, largestBatch: batches.sizes[0])
        let plans = try wrap { () throws(ShapeError) in
            let graphs = StepGraphs(try model.withFreshStatistics(), train, isStreamed: samples.isStreamed)
            var plans: [Plan] = []
            for size in batches.sizes {
                plans.append(try Plan(try graphs.statistics(batch: size), passes: passes, largestBuffer: device.largestBuffer))
            }
            return plans
        }
        let runner = try wrap { () throws(DeviceError) in try samples.prepare(plans) }
        let (add, finish) = try wrap { () throws(DeviceError) in
            let sum = try device.makeBuffer(.float32, count: session.states.total, purpose: "statistics")
            let type = TensorType([session.states.total])
            let (state, total) = (Slot(.state, type), Slot(.result(0), type))
            let regions: [Region: any Buffer] = [.state: session.buffer(.state), .result(0): sum]
            func prepare(_ expression: Expression, _ operands: [Slot], _ result: Slot) throws(DeviceError) -> any Executable {
                try device.prepare(
                    Program([Launch(Pointwise(expression), operands, [result], label: "statistics")]), regions: regions)
            }
            let count = Float(batches.count)
            return (
                try prepare(Expression(.add), [total, state], total),
                try prepare(Expression { e in e.apply(.divide, e.operand(0), e.constant(count)) }, [total], state)
            )
        }
        try runner.begin(epoch: 0)
        for (place, batch) in batches.enumerated() {
            var step = StepParameters(seed: seed)
            step.sampleCount = train.count
            step.batchStart = batch.start
            step.step = UInt32(truncatingIfNeeded: place)
            try runner.run(batch.plan, count: batch.count, step)
            try wrap { () throws(DeviceError) in try add.run(step) }
        }
        try wrap { () throws(DeviceError) in
            try finish.run(StepParameters())
            try device.finish()
        }
    }
}
