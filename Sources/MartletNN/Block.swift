/// What stands in a list of layers as one: a layer, or several that are joined in a way of their own.
public protocol Block: Sendable {
    /// Records itself on its inputs, of which there is at least one.
    func record(on inputs: [Symbol]) -> Symbol
}

extension Block {
    /// Records the block on values of a model under construction: `Linear(64)(x)`, `Add()(a, b)`.
    public func callAsFunction(_ inputs: Symbol...) -> Symbol { record(on: inputs) }
}

extension Layer {
    public func record(on inputs: [Symbol]) -> Symbol {
        let recorder = inputs[0].recorder
        return recorder.named { name in recorder.append(self, name, inputs) }
    }
}

/// Blocks one after the other, as a list of statements.
@resultBuilder
public enum LayerBuilder {
    /// A block, or a list of them, as it stands among the statements.
    public static func buildExpression(_ block: any Block) -> [any Block] { [block] }
    /// A block, or a list of them, as it stands among the statements.
    public static func buildExpression(_ blocks: [any Block]) -> [any Block] { blocks }
    /// The statements one after the other.
    public static func buildBlock(_ parts: [any Block]...) -> [any Block] { parts.flatMap { $0 } }
    /// `if` without `else`.
    public static func buildOptional(_ part: [any Block]?) -> [any Block] { part ?? [] }
    /// `if`, where it holds.
    public static func buildEither(first part: [any Block]) -> [any Block] { part }
    /// `else`
    public static func buildEither(second part: [any Block]) -> [any Block] { part }
    /// The rounds of a `for` loop one after the other.
    public static func buildArray(_ parts: [[any Block]]) -> [any Block] { parts.flatMap { $0 } }
}
