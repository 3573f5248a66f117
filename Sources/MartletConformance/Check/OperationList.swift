import MartletCore
import MartletOps

/// An operation, or one pointwise function, with what it is checked by.
public struct CheckedOperation: Sendable {
    /// As `martlet operations` lists it.
    public let name: String
    /// The operation that devices launch for it.
    let launched: String
    /// Never empty: the cases of its row in the table.
    public let samples: [Sample]

    init(_ type: any Operation.Type) {
        (name, launched) = (type.name, type.name)
        samples = type.samples
    }

    /// The samples of `pointwise` that apply the function alone.
    init(_ function: PointwiseFunction) {
        let alone = Expression(function)
        (name, launched) = (function.name, Pointwise.name)
        samples = Pointwise.samples.filter { ($0.operation as? Pointwise)?.expression == alone }
    }
}

/// The operations to check, and a word about each that cannot be.
public struct OperationList: Sendable {
    /// Those that devices launch.
    public let launched: [CheckedOperation]
    /// Those that are made of them and have gradients of their own.
    public let composites: [CheckedOperation]

    /// Operations of your own, or some of Martlet's. Composites are checked by what they expand to.
    public init(launched: [any Operation.Type], composites: [any Operation.Type]) {
        self.init(launched: launched.map(CheckedOperation.init), composites: composites.map(CheckedOperation.init))
    }

    private init(launched: [CheckedOperation], composites: [CheckedOperation]) {
        self.launched = launched
        self.composites = composites
    }

    /// The whole table of operations.
    public static let every = OperationList(launched: everyOperation.types, composites: everyComposite + [Reshape.self])

    /// Of those that are launched, then of the composites.
    public var names: [String] { (launched + composites).map(\.name) }

    /// The one of that name alone, which may be a pointwise function; nil where there is none.
    public func only(_ name: String) -> OperationList? {
        let list = only([name])
        return list.names.isEmpty ? nil : list
    }

    /// Those of these names alone, which may be pointwise functions; a name that is none of either has no part in it.
    public func only(_ wanted: [String]) -> OperationList {
        let functions = PointwiseFunction.all.filter { wanted.contains($0.name) && !names.contains($0.name) }
        return OperationList(
            launched: launched.filter { wanted.contains($0.name) } + functions.map(CheckedOperation.init),
            composites: composites.filter { wanted.contains($0.name) })
    }

    /// An operation that nothing checks is a mistake in the table.
    public var withoutSamples: [String] { (launched + composites).filter(\.samples.isEmpty).map(\.name) }
}
