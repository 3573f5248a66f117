import MartletOps
import MartletTraining

/// A matrix product: M x N x K, and which operands are stored transposed.
public struct GemmShape: Hashable, Sendable, CustomStringConvertible {
    /// What it is in a network, where it is something.
    public var label: String?
    public var rows, columns, inner: Int
    public var transposeA = false, transposeB = false

    public init(_ label: String?, _ rows: Int, _ columns: Int, _ inner: Int, _ transposes: String = "NN") {
        self.label = label
        (self.rows, self.columns, self.inner) = (rows, columns, inner)
        (transposeA, transposeB) = (transposes.hasPrefix("T"), transposes.hasSuffix("T"))
    }

    public var transposes: String { (transposeA ? "T" : "N") + (transposeB ? "T" : "N") }
    public var description: String { "\(rows)x\(columns)x\(inner) \(transposes)" }

    public static let grammar = "MxNxK or N, then :NN, :NT, :TN or :TT where operands are transposed; or names such as fc1"

    /// Squares, and the products of networks' training steps.
    public static let usual: [GemmShape] =
        [64, 128, 256, 512, 1024, 2048, 4096].map { GemmShape("\($0)", $0, $0, $0) } + [
            GemmShape("fc1", 64, 512, 784), GemmShape("fc1 NT", 64, 512, 784, "NT"), GemmShape("fc1 batch 128", 128, 512, 784),
            GemmShape("fc2 batch 64", 64, 512, 512), GemmShape("fc2", 256, 512, 512), GemmShape("head", 64, 10, 512),
            GemmShape("dW", 784, 512, 64, "TN"), GemmShape("dW fc2", 512, 512, 64, "TN"), GemmShape("head dW", 512, 10, 64, "TN"),
            GemmShape("dX", 64, 784, 512, "NT"), GemmShape("dX fc2", 64, 512, 512, "NT"), GemmShape("head dX", 64, 512, 10, "NT"),
            GemmShape("conv", 6272, 32, 288), GemmShape("dense", 64, 128, 9216), GemmShape("dense dW", 9216, 128, 64, "TN"),
            GemmShape("dense dX", 64, 9216, 128, "NT"), GemmShape("gemv", 1, 1024, 1024), GemmShape("gemv NT", 1, 1024, 1024, "NT"),
            GemmShape("1024 TN", 1024, 1024, 1024, "TN"), GemmShape("1024 NT", 1024, 1024, 1024, "NT"),
        ]

    /// Reads shapes with commas between them.
    public static func parse(_ text: String) throws(TrainingError) -> [GemmShape] {
        var shapes: [GemmShape] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) { shapes.append(try GemmShape(String(word))) }
        return shapes
    }

    private init(_ word: String) throws(TrainingError) {
        if let usual = Self.usual.first(where: { $0.label == word }) {
            self = usual
            return
        }
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        let extents = parts[0].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let transposes = parts.count == 2 ? String(parts[1]) : "NN"
        guard parts.count <= 2, [1, 3].contains(extents.count), extents.allSatisfy({ (1...65536).contains($0) }),
            ["NN", "NT", "TN", "TT"].contains(transposes)
        else {
            throw .badOption("""
                '\(word)' is no shape of a product. Expected \(Self.grammar), with extents from 1 to 65536. \
                Names are \(Self.usual.compactMap(\.label).filter { Int($0) == nil }.joined(separator: ", "))
                """)
        }
        self.init(nil, extents[0], extents[extents.count == 1 ? 0 : 1], extents[extents.count == 1 ? 0 : 2], transposes)
    }
}
