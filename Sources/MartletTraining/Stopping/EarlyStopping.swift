/// Ends a run when a number of the validation data has not become better for some epochs.
public struct EarlyStopping: Hashable, Sendable, Codable {
    /// Epochs without an improvement that are borne with.
    public var patience: Int
    /// What is watched.
    public var monitor: Monitor
    /// By more than this a number must be better to count.
    public var margin: Double

    /// - Parameters:
    ///   - patience: at least 0.
    ///   - margin: at least 0, in the unit of the number.
    public init(patience: Int, monitor: Monitor = .loss, margin: Double = 0) {
        self.patience = patience
        self.monitor = monitor
        self.margin = margin
    }

    /// What a checkpoint keeps.
    public struct State: Hashable, Sendable, Codable {
        /// The best number so far; nil before the first.
        public var best: Double?
        /// Epochs since the last improvement.
        public var waited = 0
        /// Nothing has been seen yet.
        public init() {}
    }

    func check() throws(TrainingError) {
        guard patience >= 0 else { throw .badOption("early stopping bears with 0 or more epochs, not \(patience)") }
        guard margin.isFinite, margin >= 0 else { throw .badOption("the margin of an improvement must be at least 0, not \(margin)") }
    }

    /// Takes notice of an epoch's number.
    func report(_ value: Double, _ state: inout State) {
        if Improvement(of: monitor, by: margin).isBetter(value, than: state.best) {
            state.best = value
            state.waited = 0
        } else {
            state.waited += 1
        }
    }

    func isOver(_ state: State?) -> Bool { (state?.waited ?? 0) > patience }
}

extension EarlyStopping: CustomStringConvertible {
    public var description: String { "\(monitor.rawValue) by more than \(margin) within \(patience) epochs" }
}
