import Dispatch

/// Runs the jobs of an actor one after the other outside the pool that tasks share, whose few threads nobody may block.
final class TrainingThread: SerialExecutor {
    private let queue = DispatchQueue(label: "martlet.training")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
