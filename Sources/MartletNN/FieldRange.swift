import MartletCore
import MartletOps

/// The values that a field of a layer may have, and the words for them.
public struct FieldRange<Value: FieldValue>: Sendable {
    /// What a field of this range takes, for messages: `a number from 0 to 1`.
    let form: String
    /// What was found, where it is not in the range.
    let refusal: @Sendable (Value) -> String?

    /// - Parameters:
    ///   - form: the words for it, such as `a number from 0 to 1`.
    ///   - contains: whether a value is in the range.
    public init(_ form: String, contains: @escaping @Sendable (Value) -> Bool) {
        self.init(form) { contains($0) ? nil : "\($0)" }
    }

    init(_ form: String, refusal: @escaping @Sendable (Value) -> String?) {
        self.form = form
        self.refusal = refusal
    }
}

extension FieldRange where Value == Int {
    /// From 1 on.
    public static var positive: FieldRange { FieldRange("a whole number of at least 1") { $0 > 0 } }
}

extension FieldRange where Value == Float {
    /// A share that may be the whole.
    public static var share: FieldRange { FieldRange("a number from 0 to 1") { (0...1).contains($0) } }
    /// A share that leaves something.
    public static var properShare: FieldRange { FieldRange("a number of at least 0 and below 1") { $0 >= 0 && $0 < 1 } }
    /// From 0 on, without infinity and NaN.
    public static var notNegative: FieldRange { FieldRange("a finite number of at least 0") { $0 >= 0 && $0.isFinite } }
    /// Any number but infinity and NaN.
    public static var finite: FieldRange { FieldRange("a finite number") { $0.isFinite } }
}

extension FieldRange where Value == Initialiser? {
    static var sound: FieldRange {
        FieldRange("\(Initialiser.form), with finite numbers and none but a constant below 0") { $0?.problem }
    }
}

extension FieldRange where Value == String {
    /// The name of an activation.
    static var activation: FieldRange {
        let known = PointwiseFunction.activationNames
        return FieldRange("one of \(known.joined(separator: ", "))") { name in
            guard !known.contains(name) else { return nil }
            return "'\(name)'" + (nearest(to: name, among: known).map { " (did you mean '\($0)'?)" } ?? "")
        }
    }
}
