import MartletOps

/// Weights that are a mean over the run and not its last step.
public enum WeightAveraging: Hashable, Sendable, Codable {
    /// After every step: average = decay average + (1 - decay) weights, running statistics included; it begins with the initial
    /// weights (Polyak and Juditsky 1992). Every epoch is measured with the average.
    case exponential(decay: Double)
    /// The mean of the weights at the end of every epoch from one on, counted from 1; at the end of the run batchNorm's statistics
    /// are measured anew over the training data (Izmailov et al. 2018).
    case stochastic(from: Int)

    func check(epochs: Int) throws(TrainingError) {
        switch self {
        case .exponential(let decay):
            guard decay >= 0, decay < 1 else { throw .badOption("the decay of averaged weights must be at least 0 and below 1, not \(decay)") }
        case .stochastic(let first):
            guard (1...max(1, epochs)).contains(first) else {
                throw .badOption("weights can be averaged from one of the epochs 1 to \(epochs) on, not \(first)")
            }
        }
    }
}

extension WeightAveraging: CustomStringConvertible {
    public var description: String {
        switch self {
        case .exponential(let decay): "ema \(decay)"
        case .stochastic(let first): "swa from epoch \(first)"
        }
    }
}
