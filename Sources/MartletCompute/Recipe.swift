import MartletOps

/// An operation with its hash, which structures of plans are compared by again and again.
final class Recipe: Sendable {
    let operation: any Operation
    let hash: Int
    /// A result that looks at its operand's memory.
    let isView: Bool

    init(_ operation: any Operation) {
        self.operation = operation
        var hasher = Hasher()
        hasher.combine(type(of: operation).name)
        operation.hash(into: &hasher)
        hash = hasher.finalize()
        isView = operation is any ViewOperation
    }

    /// Of a function of the table, made once.
    static func pointwise(_ function: PointwiseFunction) -> Recipe {
        known[function.name] ?? Recipe(Pointwise(Expression(function)))
    }

    private static let known = Dictionary(
        uniqueKeysWithValues: PointwiseFunction.all.map { ($0.name, Recipe(Pointwise(Expression($0)))) })
}

extension Recipe: Equatable {
    static func == (a: Recipe, b: Recipe) -> Bool {
        a === b || (a.hash == b.hash && equals(a.operation, b.operation))
    }

    private static func equals<O: Operation>(_ a: O, _ b: any Operation) -> Bool { (b as? O) == a }
}
