import MartletCore

extension ParameterRules {
    /// From texts as the command takes them: `features.*`; `features.*@5`, or `5` for everything; `features.*=0.1`.
    /// - Throws: `badOption` for a text of another form.
    public init(freeze: [String], unfreeze: [String], rateScales: [String]) throws(TrainingError) {
        self.init()
        for text in freeze { frozen.append(NamePattern(text)) }
        for text in unfreeze {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let epoch = Int(parts[parts.count - 1]), parts.count == 1 || !parts[0].isEmpty else {
                throw .badOption("--unfreeze takes PATTERN@EPOCH, or an EPOCH for everything that is frozen, not '\(text)'")
            }
            unfrozen.append(Thaw(NamePattern(parts.count == 1 ? "*" : String(parts[0])), epoch: epoch))
        }
        for text in rateScales {
            guard let place = text.lastIndex(of: "="), place > text.startIndex, let factor = Float(text[text.index(after: place)...]) else {
                throw .badOption("--lr-scale takes PATTERN=FACTOR, such as 'features.*=0.1', not '\(text)'")
            }
            self.rateScales.append(RateScale(NamePattern(String(text[..<place])), factor))
        }
    }
}
