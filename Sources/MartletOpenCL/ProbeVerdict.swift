/// Whether a device keeps the arithmetic of the numerics contract.
public enum ProbeVerdict: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Every result had the bits that the standard asks for.
    case exact
    /// Only signs of zero differ, which the contract allows.
    case zeroSignsDiffer
    /// Results differ: bits may not be those of other devices.
    case mayDiffer(reasons: [String])

    /// Under the contract: signs of zero do not count.
    public var keepsTheContract: Bool {
        if case .mayDiffer = self { false } else { true }
    }

    /// As `martlet devices` shows it.
    public var description: String {
        switch self {
        case .exact: "exact"
        case .zeroSignsDiffer: "exact but for signs of zero"
        case .mayDiffer(let reasons): "bits may differ: \(reasons.joined(separator: "; "))"
        }
    }
}
