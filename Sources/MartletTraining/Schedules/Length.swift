/// A stretch of a run.
public enum Length: Hashable, Sendable {
    /// Optimizer steps.
    case iterations(Int)
    /// Rounded to whole iterations.
    case epochs(Double)
    /// Of all iterations of the run.
    case share(Double)
    /// What is left of the run.
    case rest

    /// Whole iterations.
    func iterations(in run: RunLength, after start: Int) -> Int {
        switch self {
        case .iterations(let count): count
        case .epochs(let epochs): Int((epochs * Double(run.iterationsPerEpoch)).rounded())
        case .share(let share): Int((share * Double(run.iterations)).rounded())
        case .rest: max(1, run.iterations - start)
        }
    }

    /// `500`, `2epochs`, `10%` or `rest`; nil for anything else.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        func number(_ suffix: String) -> Double? {
            guard text.hasSuffix(suffix), let value = Double(text.dropLast(suffix.count)), value >= 0, value < 1e9 else { return nil }
            return value
        }
        if text == "rest" {
            self = .rest
        } else if let epochs = number("epochs") ?? number("epoch") {
            self = .epochs(epochs)
        } else if let percent = number("%"), percent <= 100 {
            self = .share(percent / 100)
        } else if let count = Int(text), 0..<1 << 40 ~= count {
            self = .iterations(count)
        } else {
            return nil
        }
    }
}

extension Length: CustomStringConvertible {
    public var description: String {
        switch self {
        case .iterations(let count): "\(count)"
        case .epochs(let epochs): epochs == 1 ? "1epoch" : epochs == epochs.rounded() ? "\(Int(epochs))epochs" : "\(epochs)epochs"
        case .share(let share): "\(Schedule.Setting.number(100 * share))%"
        case .rest: "rest"
        }
    }
}

/// How long a run is, by which lengths become iterations.
public struct RunLength: Hashable, Sendable {
    /// Optimizer steps of an epoch.
    public var iterationsPerEpoch: Int
    /// Of the whole run.
    public var epochs: Int
    /// Of the whole run.
    public var iterations: Int { iterationsPerEpoch * epochs }

    /// - Precondition: both are at least 0.
    public init(iterationsPerEpoch: Int, epochs: Int) {
        self.iterationsPerEpoch = iterationsPerEpoch
        self.epochs = epochs
    }
}
