import Martlet

/// Training as a person watches it: a bar for the epoch under way, a line for each that is done.
final class ProgressBar: Callback {
    private let clock = ContinuousClock()
    private var lastDrawn: ContinuousClock.Instant?
    private let showsBar: Bool
    private let report: (History.Epoch) -> Void
    /// Of the epochs that are done.
    private var losses: [Double] = []

    init(quiet: Bool, report: @escaping (History.Epoch) -> Void) {
        showsBar = Terminal.isInteractive && !quiet
        self.report = report
    }

    func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
        if showsBar { draw(progress) }
        return decision
    }

    func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
        losses.append(epoch.train.loss)
        if showsBar { Terminal.clearStatus() }
        report(epoch)
        return decision
    }

    private var decision: Decision { Interruption.isRequested ? .interrupt : .proceed }

    private func draw(_ progress: Progress) {
        let now = clock.now
        if let lastDrawn, now - lastDrawn < .milliseconds(100), progress.batch < progress.batches { return }
        lastDrawn = now
        let width = 24
        let done = progress.batch * width / max(1, progress.batches)
        let bar = String(repeating: "█", count: done) + String(repeating: "░", count: width - done)
        let loss = progress.loss.map { "  loss \(Format.fixed($0, 4))" } ?? ""
        let curve = losses.count > 1 ? "  \(Sparkline.text(losses))" : ""
        Terminal.status("epoch \(progress.epoch)/\(progress.epochs) \(bar) \(progress.batch)/\(progress.batches)\(loss)\(curve)")
    }
}
