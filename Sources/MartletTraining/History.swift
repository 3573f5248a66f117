import MartletData

/// Loss and what else was measured on a data set. A fraction from 0 to 1 for accuracy; for numbers the mean absolute
/// error and, with squared errors, R2, the share of the variance that is explained.
public struct Evaluation: Hashable, Sendable, Codable {
    /// The mean over the samples, weighted where they have weights.
    public var loss: Double
    /// Of classes: the share that is right, from 0 to 1.
    public var accuracy: Double?
    /// Of numbers: in the unit of the targets.
    public var meanAbsoluteError: Double?
    /// Of numbers, with squared errors: 1 for perfect, 0 for the mean as the answer; nil where the targets do not vary.
    public var r2: Double?
    /// The program's own metrics, by name; nil where there are none.
    public var custom: [String: Double]?

    /// From sums over samples, as far as the metrics are wanted.
    /// - Parameter targets: of all samples, where they are known.
    init(_ sums: [Double], count: Int, loss: Loss, metrics: Set<Metric>, targets: DataSet.Targets?) {
        self.loss = sums[0] / Double(count)
        switch loss.measure {
        case .correct:
            if metrics.contains(.accuracy) { accuracy = sums[1] / Double(count) }
        case .absoluteError:
            if metrics.contains(.meanAbsoluteError) { meanAbsoluteError = sums[1] / Double(count) }
            // Of constant targets nothing can be explained.
            if metrics.contains(.r2), case .values(let values, _)? = targets,
                let variance = meanVariance(of: values.floats, columns: values.shape[1])
            {
                r2 = 1 - self.loss / variance
            }
        case nil: break
        }
    }
}

/// The mean over the columns of their variance; nil where it is zero.
private func meanVariance(of values: [Float], columns: Int) -> Double? {
    let rows = values.count / columns
    var total = 0.0
    for column in 0..<columns {
        let numbers = (0..<rows).map { Double(values[$0 * columns + column]) }
        let mean = numbers.reduce(0, +) / Double(rows)
        total += numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
    }
    return total > 0 ? total / Double(columns) : nil
}

/// What a training run went through.
public struct History: Hashable, Sendable, Codable {
    /// What one epoch came to.
    public struct Epoch: Hashable, Sendable, Codable {
        /// From 1.
        public var epoch: Int
        /// Optimizer steps done so far in the whole run.
        public var iterations: Int
        /// The mean over the epoch's samples, in training mode.
        public var train: Evaluation
        /// What the weights add to the loss; nil where there is no penalty. It is no part of `train.loss`.
        public var penalty: Double?
        /// With the weights at the end of the epoch, or their average where one is kept; nil without validation
        /// data.
        public var validation: Evaluation?
        /// As `validation`; nil where no test data were given to `fit`.
        public var test: Evaluation?
        /// Time spent training in this epoch, evaluation left out.
        public var seconds: Double
        /// Training samples per second of training.
        public var samplesPerSecond: Double
        /// Of the epoch's last step; nil in checkpoints from before there were schedules.
        public var learningRate: Double?
        /// Of the epoch's last step, where the schedule moves it.
        public var momentum: Double?
    }
    /// In order, those before a resumption included.
    public var epochs: [Epoch] = []

    /// Which weights the model has at the end.
    public struct Kept: Hashable, Sendable, Codable {
        /// What was kept.
        public enum Weights: String, Hashable, Sendable, Codable {
            /// The weights of the epoch that was best by the monitor.
            case best
            /// An average over steps or epochs.
            case average
        }
        /// What they are.
        public var weights: Weights
        /// Of which they are, or the last of which they are an average.
        public var epoch: Int
        /// What they are worth.
        public var validation: Evaluation?
        /// What they are worth on the test data; nil where none were given to `fit`.
        public var test: Evaluation?

        init(weights: Weights, epoch: Int) {
            self.weights = weights
            self.epoch = epoch
        }
    }
    /// Nil where they are those of the last step.
    public var kept: Kept?
    /// Whether early stopping ended the run.
    public var stoppedEarly: Bool?
}
