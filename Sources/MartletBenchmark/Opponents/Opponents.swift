import CMartletBenchmark
import MartletCore
import MartletTraining

/// Which libraries are to compete.
public enum OpponentSelection: Sendable, Hashable {
    case none, all
    case some(Set<Opponent>)

    /// `none`, `all`, or names with commas.
    public init(parsing text: String) throws(TrainingError) {
        switch text {
        case "none": self = .none
        case "all": self = .all
        default:
            var names: Set<Opponent> = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let opponent = Opponent(rawValue: String(word)) else {
                    throw .badOption(unknownName("opponent", String(word), known: ["none", "all"] + Opponent.allCases.map(\.rawValue)))
                }
                names.insert(opponent)
            }
            self = .some(names)
        }
    }

    func contains(_ opponent: Opponent) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .some(let names): names.contains(opponent)
        }
    }
}

/// A library that competes where it is found, or (`cpu`) Martlet's own CPU path beside an OpenCL device.
public enum Opponent: String, Sendable, CaseIterable { case onednn, openblas, clblast, cpu }

/// Opens each library when it is first asked for, and says once what was found or what is absent.
package final class Opponents {
    private let selection: OpponentSelection
    private let note: (String) -> Void
    private let open: (Opponent) -> (Bool, String)
    private var found: [Opponent: Bool] = [:]

    /// - Parameter open: whether a library is there, and its version or the reason why it is not.
    package init(
        _ selection: OpponentSelection, threads: Int, note: @escaping (String) -> Void, open: ((Opponent) -> (Bool, String))? = nil
    ) {
        (self.selection, self.note) = (selection, note)
        self.open = open ?? { Self.library($0, threads: threads) }
    }

    package func has(_ opponent: Opponent) -> Bool {
        guard selection.contains(opponent) else { return false }
        if let known = found[opponent] { return known }
        let (isThere, text) = open(opponent)
        if opponent != .cpu {
            note(isThere ? "opponent: \(opponent.rawValue) \(text)" : "absent: \(opponent.rawValue) (\(text))")
        }
        found[opponent] = isThere
        return isThere
    }

    /// An opponent that refuses a case, or gives a wrong result, takes no part in it.
    func disqualify(_ name: String, _ caseName: String, _ shape: String, _ problem: String) {
        note("\(name) takes no part in \(caseName) \(shape): \(problem)")
    }

    private static func library(_ opponent: Opponent, threads: Int) -> (Bool, String) {
        var message = [CChar](repeating: 0, count: 512)
        let isThere =
            switch opponent {
            case .onednn: martlet_dnnl_open(Int32(threads), &message, message.count)
            case .openblas: martlet_openblas_open(Int32(threads), core, &message, message.count)
            case .clblast: martlet_clblast_open(&message, message.count)
            case .cpu: true
            }
        return (isThere, String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// OpenBLAS knows no processor that is younger than itself, and falls back to a narrower instruction set.
    private static var core: String? {
        if martlet_limit_variant("avx512") != nil { return "SkylakeX" }
        return martlet_limit_variant("avx2") != nil ? "Haswell" : nil
    }
}
