import MartletCore
import MartletOps

/// An operation, or one pointwise function, with what it is checked by.
public struct CheckedOperation: Sendable {
    public let name: String
    /// The operation that devices launch for it.
    let launched: String
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

    public init(launched: [any Operation.Type], composites: [any Operation.Type]) {
        self.init(launched: launched.map(CheckedOperation.init), composites: composites.map(CheckedOperation.init))
    }

    private init(launched: [CheckedOperation], composites: [CheckedOperation]) {
        self.launched = launched
        self.composites = composites
    }

    public static let every = OperationList(launched: everyOperation.types, composites: everyComposite + [Reshape.self])

    public var names: [String] { (launched + composites).map(\.name) }

    /// The one of that name alone, which may be a pointwise function; nil where there is none.
    public func only(_ name: String) -> OperationList? {
        let list = OperationList(launched: launched.filter { $0.name == name }, composites: composites.filter { $0.name == name })
        if !list.names.isEmpty { return list }
        return PointwiseFunction.named(name).map { OperationList(launched: [CheckedOperation($0)], composites: []) }
    }

    /// An operation that nothing checks is a mistake in the table.
    public var withoutSamples: [String] { (launched + composites).filter(\.samples.isEmpty).map(\.name) }
}
