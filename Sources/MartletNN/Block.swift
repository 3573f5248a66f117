/// What stands in a list of layers as one: a layer, or several that are joined in a way of their own.
public protocol Block: Sendable {
    /// Records itself on its inputs, of which there is at least one.
    func record(on inputs: [Symbol]) -> Symbol
}

extension Block {
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
    public static func buildExpression(_ block: any Block) -> [any Block] { [block] }
    public static func buildExpression(_ blocks: [any Block]) -> [any Block] { blocks }
    public static func buildBlock(_ parts: [any Block]...) -> [any Block] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [any Block]?) -> [any Block] { part ?? [] }
    public static func buildEither(first part: [any Block]) -> [any Block] { part }
    public static func buildEither(second part: [any Block]) -> [any Block] { part }
    public static func buildArray(_ parts: [[any Block]]) -> [any Block] { parts.flatMap { $0 } }
}
