import MartletCore
import MartletOps

/// The operations to check, and a word about each that cannot be.
public struct OperationList: Sendable {
    /// Those that devices launch.
    public let launched: [any Operation.Type]
    /// Those that are made of them and have gradients of their own.
    public let composites: [any Operation.Type]

    public init(launched: [any Operation.Type], composites: [any Operation.Type]) {
        self.launched = launched
        self.composites = composites
    }

    public static let every = OperationList(launched: everyOperation.types, composites: everyComposite + [Reshape.self])

    public var names: [String] { (launched + composites).map { $0.name } }

    /// The one of that name alone; nil where there is none.
    public func only(_ name: String) -> OperationList? {
        let list = OperationList(launched: launched.filter { $0.name == name }, composites: composites.filter { $0.name == name })
        return list.names.isEmpty ? nil : list
    }

    /// An operation that nothing checks is a mistake in the table.
    public var withoutSamples: [String] { (launched + composites).filter { $0.samples.isEmpty }.map { $0.name } }
}
