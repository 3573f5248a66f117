import MartletBackend
import MartletCore

/// Losses of steps on their way from the device, each handed out a fixed number of steps later, when it is there as a rule.
struct StepLosses {
    private struct Pending {
        let epoch: Int
        let iteration: Int
        let samples: Int
        let learningRate: Double
        let read: any PendingRead
    }

    /// As many steps as a device has in flight: the wait for a step's loss is none beside the wait for its place.
    private static let delay = 4
    private var pending: [Pending] = []
    private let metrics: any Buffer

    init(_ session: Session) { metrics = session.buffer(.stepMetrics) }

    /// Asks for the loss of the step that was enqueued last.
    mutating func ask(epoch: Int, iteration: Int, samples: Int, learningRate: Double) throws(DeviceError) {
        let read = try metrics.beginRead(TensorType([1]), at: 0)
        pending.append(Pending(epoch: epoch, iteration: iteration, samples: samples, learningRate: learningRate, read: read))
    }

    /// The next loss that is due when so many steps have been enqueued; with nil, the next of all.
    mutating func next(due iteration: Int?) throws(DeviceError) -> StepLoss? {
        guard let first = pending.first, iteration.map({ first.iteration + Self.delay <= $0 }) ?? true else { return nil }
        pending.removeFirst()
        return StepLoss(
            epoch: first.epoch, iteration: first.iteration, loss: Double(try first.read.array().floats[0]) / Double(first.samples),
            learningRate: first.learningRate)
    }
}
