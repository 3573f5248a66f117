import CMartlet
import Martlet

/// Tells the caller of the progress, and keeps what the epochs came to.
final class ProgressReporter: Callback {
    private let callback: martlet_progress_callback?
    private let context: UnsafeMutableRawPointer?
    private let epochCount: Int
    private var last: martlet_progress
    private(set) var epochs: [History.Epoch] = []
    private var decision = Decision.proceed

    init(_ callback: martlet_progress_callback?, _ context: UnsafeMutableRawPointer?, epochs: Int) {
        self.callback = callback
        self.context = context
        epochCount = epochs
        last = Self.unknown
    }

    func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
        last = Self.unknown
        last.epoch = Int32(clamping: progress.epoch)
        last.epochs = Int32(clamping: epochCount)
        last.batch = Int32(clamping: progress.batch)
        last.batches = Int32(clamping: progress.batches)
        last.loss = progress.loss ?? .nan
        return report(last)
    }

    func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
        epochs.append(epoch)
        last.is_epoch_end = 1
        last.loss = epoch.train.loss
        last.accuracy = epoch.train.accuracy ?? .nan
        last.mean_absolute_error = epoch.train.meanAbsoluteError ?? .nan
        last.validation_loss = epoch.validation?.loss ?? .nan
        last.validation_accuracy = epoch.validation?.accuracy ?? .nan
        last.validation_mean_absolute_error = epoch.validation?.meanAbsoluteError ?? .nan
        return report(last)
    }

    private func report(_ progress: martlet_progress) -> Decision {
        guard let callback else { return .proceed }
        let answer = withUnsafePointer(to: progress) { callback($0, context) }
        if answer != 0 { decision = .interrupt }
        return decision
    }

    private static var unknown: martlet_progress {
        martlet_progress(
            size: MemoryLayout<martlet_progress>.size, epoch: 0, epochs: 0, batch: 0, batches: 0, is_epoch_end: 0, loss: .nan,
            accuracy: .nan, mean_absolute_error: .nan, validation_loss: .nan, validation_accuracy: .nan,
            validation_mean_absolute_error: .nan)
    }
}
