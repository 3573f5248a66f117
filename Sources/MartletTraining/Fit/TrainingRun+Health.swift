import MartletBackend
import MartletCore
import MartletData

extension TrainingRun {
    func checkHealth(_ epoch: Int) throws(TrainingError) {
        guard let failure = try wrap({ () throws(DeviceError) in try owner.session.firstFailure() }) else { return }
        let (epochs, batch) = failure.step.quotientAndRemainder(dividingBy: batches.count)
        if let problem = owner.loss.problem(ofBatch: labels(ofBatch: batch, epoch: epochs + 1), "batch \(batch + 1) of epoch \(epochs + 1)") {
            throw .unsuitableData(problem)
        }
        let iteration = epochs * steps.steps + steps.stepsDone(after: batch)
        throw .notFinite(epoch: epochs + 1, step: iteration + 1, value: failure.value, learningRate: rate(at: iteration))
    }

    /// Of a data set; empty for others.
    func labels(ofBatch batch: Int, epoch: Int) -> [Int32] {
        guard let labels = (train as? DataSet)?.labels, !labels.isEmpty else { return [] }
        let drawn = draw?.rows(seed: owner.seed, epoch: epoch - 1)
        let order = ShuffledOrder(count: train.count, seed: owner.seed, epoch: epoch)
        return (batches[batch].start ..< batches[batch].start + batches[batch].count).map { place in
            labels[drawn.map { Int($0[place]) } ?? (options.shuffles ? order[place] : place)]
        }
    }

    /// Before weights are measured or written: the update of the last step may have left what no step has looked at yet.
    func checkWeights(_ epoch: Int) throws(TrainingError) {
        try checkHealth(epoch)
        guard let name = try wrap({ () throws(DeviceError) in try weightScan.firstFailure() }) else { return }
        throw diverged("the weight \(name)", in: epoch)
    }

    func diverged(_ value: String, in epoch: Int) -> TrainingError {
        .diverged(epoch: epoch, step: point.iterations, value: value, learningRate: rate(at: point.iterations - 1))
    }
}
