import MartletCore

/// What a user asked for: the value of `--backend`, of `MARTLET_BACKEND`, and of the API.
public enum BackendSelection: Hashable, Sendable, CustomStringConvertible {
    /// A GPU that keeps the numerics contract, else the CPU path.
    case auto
    /// The CPU path, whatever else there is.
    case cpu
    /// An OpenCL device, or an error where none is usable.
    case opencl(OpenCLSelector)

    /// Which OpenCL device.
    public enum OpenCLSelector: Hashable, Sendable {
        /// GPUs first, then CPUs, then in the order of the platforms.
        case any
        /// Counted through all platforms from 0, as `martlet devices` does.
        case index(Int)
        /// Counted from 0: the platform, and the device within it.
        case device(platform: Int, index: Int)
        /// Part of the device's name, of whatever case.
        case name(String)
    }

    /// The grammar, for help and for errors.
    public static let grammar =
        "auto | cpu | opencl | opencl:<index> | opencl:<platform>.<index> | opencl:<part of a name>"

    /// Reads a selection; letters may be of either case.
    /// - Throws: `DeviceError.badSelection`, which says what was expected.
    public init(parsing text: String) throws(DeviceError) {
        let word = trimmed(text)
        switch word.lowercased() {
        case "auto": self = .auto
        case "cpu": self = .cpu
        case "opencl": self = .opencl(.any)
        default:
            guard let colon = word.firstIndex(of: ":"), word[..<colon].lowercased() == "opencl" else {
                throw .badSelection(Self.unknown(word))
            }
            self = .opencl(try OpenCLSelector(parsing: trimmed(word[word.index(after: colon)...])))
        }
    }

    /// The selection that `MARTLET_BACKEND` names; `auto` where it is not set or empty.
    /// - Throws: `DeviceError.badSelection`, which names the variable.
    public static func fromEnvironment() throws(DeviceError) -> BackendSelection {
        guard let text = environmentValue(environmentVariable), !text.isEmpty else { return .auto }
        do {
            return try BackendSelection(parsing: text)
        } catch {
            throw .badSelection("\(environmentVariable): \(error)")
        }
    }

    /// What names the selection where neither a flag nor the program does.
    public static let environmentVariable = "MARTLET_BACKEND"

    /// What would be parsed to the same selection.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .cpu: "cpu"
        case .opencl(.any): "opencl"
        case .opencl(.index(let index)): "opencl:\(index)"
        case .opencl(.device(let platform, let index)): "opencl:\(platform).\(index)"
        case .opencl(.name(let name)): "opencl:\(name)"
        }
    }

    private static func unknown(_ word: String) -> String {
        let head = word.prefix { $0 != ":" }
        let near = nearest(to: String(head), among: ["auto", "cpu", "opencl"]).map { "; did you mean '\($0)'?" } ?? "."
        return "unknown backend '\(word)'\(near) Expected \(grammar)"
    }
}

extension BackendSelection.OpenCLSelector {
    /// Digits are an index, digits with a point between are platform and index, anything else is part of a name.
    fileprivate init(parsing text: String) throws(DeviceError) {
        guard !text.isEmpty else {
            throw .badSelection("no device after 'opencl:'. Expected \(BackendSelection.grammar)")
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(number)
        if parts.count == 1, let index = parts[0] {
            self = .index(index)
        } else if parts.count == 2, let platform = parts[0], let index = parts[1] {
            self = .device(platform: platform, index: index)
        } else {
            self = .name(text)
        }
    }
}

/// A number without a sign, which `Int.init` would accept.
private func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
}
