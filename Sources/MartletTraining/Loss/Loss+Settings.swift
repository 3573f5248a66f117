import MartletCore
import MartletFormats

extension Loss {
    /// The settings that each kind has, by their names in options.
    public var settingNames: [String] {
        switch kind {
        case .crossEntropy: ["label-smoothing", "class-weights", "ignore-class"]
        case .negativeLogLikelihood: ["class-weights", "ignore-class"]
        case .multiMargin: ["margin", "margin-power", "class-weights"]
        case .hinge: ["margin"]
        case .smoothL1: ["beta"]
        case .huber: ["delta"]
        case .binaryCrossEntropy: ["pos-weight"]
        case .meanSquaredError, .absoluteError, nil: []
        }
    }

    /// The numbers of a setting by its name; empty where nothing was set.
    public func values(of setting: String) -> [Double] {
        switch setting {
        case "label-smoothing": [labelSmoothing]
        case "class-weights": classWeights ?? []
        case "ignore-class": ignoredClass.map { [Double($0)] } ?? []
        case "margin": [margin]
        case "margin-power": [Double(power)]
        case "beta": [beta]
        case "delta": [delta]
        default: positiveWeights ?? []
        }
    }

    /// Changes a setting by its name; lists where it has several numbers.
    /// - Throws: `badOption` naming the settings there are.
    public mutating func set(_ setting: String, _ values: [Double]) throws(TrainingError) {
        guard settingNames.contains(setting) else {
            let known = settingNames.isEmpty ? "it has none" : "it has \(settingNames.joined(separator: ", "))"
            throw .badOption("the loss '\(name)' has no setting '\(setting)'; \(known)")
        }
        func single() throws(TrainingError) -> Double {
            guard values.count == 1 else { throw .badOption("\(setting) takes one number, not \(values.count)") }
            return values[0]
        }
        func whole() throws(TrainingError) -> Int {
            guard let number = Int(exactly: try single()) else { throw .badOption("\(setting) takes a whole number, not \(values[0])") }
            return number
        }
        switch setting {
        case "label-smoothing": labelSmoothing = try single()
        case "class-weights": classWeights = values
        case "ignore-class": ignoredClass = try whole()
        case "margin": margin = try single()
        case "margin-power": power = try whole()
        case "beta": beta = try single()
        case "delta": delta = try single()
        default: positiveWeights = values
        }
    }

    /// Refuses what would only produce nonsense.
    func check(outputs: Int) throws(TrainingError) {
        guard (0...1).contains(labelSmoothing) else {
            throw .badOption("label-smoothing must be from 0 to 1, not \(labelSmoothing)")
        }
        for (setting, value) in [("margin", margin), ("beta", beta)] where !(value.isFinite && value >= 0) {
            throw .badOption("\(setting) must be at least 0, not \(value)")
        }
        guard delta.isFinite, delta > 0 else { throw .badOption("delta must be greater than 0, not \(delta)") }
        guard (1...2).contains(power) else { throw .badOption("margin-power must be 1 or 2, not \(power)") }
        if let ignoredClass, !(0..<outputs).contains(ignoredClass) {
            throw .badOption("ignore-class must be a class from 0 to \(outputs - 1), not \(ignoredClass)")
        }
        for (setting, weights) in [("class-weights", classWeights), ("pos-weight", positiveWeights)] {
            guard let weights else { continue }
            guard weights.count == outputs || setting == "pos-weight" && weights.count == 1 else {
                throw .badOption("\(setting) has \(weights.count) numbers, and the model has \(outputs) outputs")
            }
            if let bad = weights.first(where: { !($0.isFinite && $0 >= 0) }) { throw .badOption("\(setting) must be at least 0, not \(bad)") }
        }
    }

    /// What a file says of the loss: its name, or all its settings where one is not the default.
    var text: String { kind.map { self == Loss($0) } == true ? name : JSONText.encode(self) }

    init(text: String, field: String, path: String, registry: Registry) throws(FormatError) {
        if let kind = Kind(rawValue: text) {
            self.init(kind)
        } else {
            self = try JSONText.decode(Loss.self, text, field: field, path: path, registry: registry)
        }
    }
}
