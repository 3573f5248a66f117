import MartletCore
import MartletOps

/// An augmentation as a user writes it: `crop:4,flip,cutout:8`. Each change at most once; their order means nothing, for
/// they are always done in the same one.
extension Augmentation: CustomStringConvertible {
    /// What there is, with ranges and the words of the documentation.
    public static let grammar: [(form: String, meaning: String)] = [
        ("crop:PIXELS", "moves the image by whole pixels each way, 1 to 1024 and less than its sides; black comes in"),
        ("flip", "turns every second image left for right"),
        ("rotate:DEGREES", "turns about the centre each way, up to 180"),
        ("scale:SHARE", "draws the image 1 - SHARE to 1 + SHARE times as large, up to 0.9"),
        ("shift:PIXELS", "moves the image each way, in fractions of a pixel too, up to 1024"),
        ("brightness:SHARE", "multiplies values by 1 - SHARE to 1 + SHARE, up to 1"),
        ("contrast:SHARE", "multiplies differences from mid-grey by 1 - SHARE to 1 + SHARE, up to 1"),
        ("noise:DEVIATION", "adds normal noise, where white is 1, up to 1"),
        ("cutout:PIXELS", "blanks out a square of that side, 1 to 1024, after normalisation"),
    ]

    /// - Throws: `badOption` for a change that there is not, is named twice, or lacks its number.
    public init(parsing text: String) throws(TrainingError) {
        self.init()
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = words[0]
            func refuse(_ problem: String) -> TrainingError {
                .badOption("augmentation '\(text)': \(problem). It is a list of \(Self.grammar.map(\.form).joined(separator: ", "))")
            }
            guard let entry = Self.grammar.first(where: { $0.form.split(separator: ":")[0] == name }) else {
                let known = Self.grammar.map { String($0.form.split(separator: ":")[0]) }
                throw refuse("unknown change '\(name)'" + (nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""))
            }
            guard seen.insert(name).inserted else { throw refuse("'\(name)' is given twice") }
            guard name != "flip" else {
                guard words.count == 1 else { throw refuse("flip takes no number") }
                flips = true
                continue
            }
            guard words.count == 2, let number = Float(words[1]), number > 0, number <= Self.greatest(name),
                !Self.isWhole(name) || number == number.rounded()
            else {
                throw refuse("'\(part)' is none: \(entry.form) \(entry.meaning)")
            }
            set(name, number)
        }
    }

    private static func isWhole(_ name: String) -> Bool { name == "crop" || name == "cutout" }

    private static func greatest(_ name: String) -> Float {
        switch name {
        case "rotate": 180
        case "scale": 0.9
        case "brightness", "contrast", "noise": 1
        default: 1024
        }
    }

    private mutating func set(_ name: String, _ number: Float) {
        switch name {
        case "crop": crop = Int(number)
        case "rotate": rotation = number
        case "scale": scale = number
        case "shift": shift = number
        case "brightness": brightness = number
        case "contrast": contrast = number
        case "noise": noise = number
        default: cutout = Int(number)
        }
    }

    /// What `init(parsing:)` reads; empty where nothing is changed.
    public var description: String {
        var parts: [String] = []
        if crop > 0 { parts.append("crop:\(crop)") }
        if flips { parts.append("flip") }
        for (name, value) in [
            ("rotate", rotation), ("scale", scale), ("shift", shift), ("brightness", brightness), ("contrast", contrast), ("noise", noise),
        ] where value > 0 { parts.append("\(name):\(value)") }
        if cutout > 0 { parts.append("cutout:\(cutout)") }
        return parts.joined(separator: ",")
    }
}
