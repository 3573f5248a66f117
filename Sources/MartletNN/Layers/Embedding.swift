import MartletCore
import MartletGraph
import MartletOps

/// Rows of a trained table by int32 indices, as PyTorch's Embedding: indices of any shape become that shape x width. A
/// grid of indices becomes an image of `width` channels.
///
/// The row `paddingIndex` gets no gradient, so it keeps its first values.
public struct Embedding: Layer {
    public static let kind = "embedding"
    public static let standard = Embedding(1, 1)
    public static var fields: [LayerField<Self>] {
        [
            LayerField("count", \.count, isRequired: true), LayerField("width", \.width, isRequired: true),
            LayerField("paddingIndex", \.paddingIndex), LayerField("initialiser", \.initialiser, .sound),
        ]
    }
    /// Rows of the table, and numbers in each.
    public var count, width: Int
    /// The row that is not trained; nil for none.
    public var paddingIndex: Int?
    /// Nil for standard normal numbers.
    public var initialiser: Initialiser?
    public var inputType: DType { .int32 }

    /// - Parameters:
    ///   - count: rows of the table; indices are below it.
    ///   - width: numbers in a row.
    public init(_ count: Int, _ width: Int, paddingIndex: Int? = nil, initialiser: Initialiser? = nil) {
        self.count = count
        self.width = width
        self.paddingIndex = paddingIndex
        self.initialiser = initialiser
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, context.graph.type(of: inputs[0]).dtype == .int32, count > 0, width > 0,
            Shape([count, width]).checkedElementCount != nil, paddingIndex.map({ (0..<count).contains($0) }) ?? true
        else {
            throw context.refusal("one input of int32 indices, and a padding index in the table of \(count)x\(width)", inputs)
        }
        let weight = context.parameter(
            "weight", [count, width], initialiser ?? .normal(deviation: 1), fanIn: count, fanOut: width, decays: true)
        return try context.graph.embedding(weight, inputs[0], paddingIndex: paddingIndex)
    }
}
