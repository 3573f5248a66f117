/// What the documentation says of an operation that its attributes do not tell.
public struct Summary: Hashable, Sendable {
    /// The formula or the effect, on a line.
    public let formula: String
    /// What fixes the bits of its sums.
    public let order: String
    /// Where the formula comes from; nil where it is nobody's.
    public let source: String?
    /// The module and the file of the row: `MartletOps/Matmul.swift`.
    public let file: String

    /// - Parameter file: left to its default, the file of the caller.
    public init(_ formula: String, order: String, source: String? = nil, file: String = #fileID) {
        self.formula = formula
        self.order = order
        self.source = source
        self.file = file
    }
}
