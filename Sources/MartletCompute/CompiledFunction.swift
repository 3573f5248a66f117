import MartletCore
import MartletGraph
import MartletOps
import Synchronization

/// A function of tensors that is traced and planned once for each list of argument types, and then replayed: no shapes
/// checked, nothing recorded, no plan looked for.
///
/// What the function makes of anything but its arguments is kept as it was when it was traced: tensors that it captures,
/// numbers, and which way it branched. Called with arguments that are being traced themselves it is traced along with
/// them.
public final class CompiledFunction: Sendable {
    /// The function that is traced: tensors of one device to tensors of that device.
    public typealias Body = @Sendable ([Tensor]) throws(ComputeError) -> [Tensor]

    private let body: Body
    private let traces = Mutex<[Key: Compiled]>([:])

    private struct Key: Hashable {
        let device: ObjectIdentifier
        let types: [TensorType]
    }

    /// It is `@unchecked Sendable` because its plan runs with the lock of the device held, and nothing changes.
    private struct Compiled: @unchecked Sendable {
        let device: ComputeDevice
        let plan: PreparedPlan
        /// Where each input comes from: an argument, or memory that was captured.
        let inputs: [Input]
        let results: [TensorType]
    }
    private enum Input {
        case argument(Int)
        case captured(DeferredValue)
    }

    init(_ body: @escaping Body) { self.body = body }

    /// For how many lists of types it was planned.
    public var planCount: Int { traces.withLock { $0.count } }

    /// - Throws: what the function throws when it is traced; `ComputeError.device`, `differentDevices`, `closed`; `data`
    ///   where there are no arguments, which tell the device, or no results.
    public func callAsFunction(_ arguments: [Tensor]) throws(ComputeError) -> [Tensor] {
        guard let device = arguments.first?.device else {
            throw .data(operation: "compile", expected: "at least one argument", found: "none")
        }
        try Tensor.requireOneDevice(arguments, "compile")
        if arguments.contains(where: { $0.value.trace != 0 }) { return try body(arguments) }
        let key = Key(device: ObjectIdentifier(device), types: arguments.map(\.type))
        let known = traces.withLock { $0[key] }
        // Two threads that come first trace twice; one of the plans is kept.
        var found = known
        if found == nil { found = try compile(arguments, on: device) }
        guard let compiled = found else { return try body(arguments) }
        if known == nil { traces.withLock { $0[key] = compiled } }
        try device.evaluate(arguments.map(\.value), operation: "compile")
        let stored = try device.lock.withLock { (_) throws(ComputeError) in
            var inputs: [Storage] = []
            for input in compiled.inputs {
                switch input {
                case .argument(let index): inputs.append(try device.storage(arguments[index].value))
                case .captured(let value): inputs.append(try device.storage(value))
                }
            }
            return try device.run(compiled.plan, inputs)
        }
        return zip(stored, compiled.results).map { Tensor(DeferredValue(device, $1, .stored($0))) }
    }

    /// Nil where the function captures a tensor of a trace around it, so that it cannot be planned by itself.
    private func compile(_ arguments: [Tensor], on device: ComputeDevice) throws(ComputeError) -> Compiled? {
        let trace = Trace(arguments)
        let results = try body(trace.arguments)
        guard !results.isEmpty else { throw .data(operation: "compile", expected: "at least one result", found: "none") }
        try Tensor.requireOneDevice(arguments + results, "compile")
        let roots = results.map(\.value)
        // What hangs on no argument is computed now, once.
        let captured = device.lock.withLock { _ in
            Traversal(roots, mark: device.nextMark(), isLeaf: trace.isOutside).leaves
        }.filter(trace.isOutside)
        if captured.contains(where: { $0.trace != 0 }) { return nil }
        if !captured.isEmpty { try device.evaluate(captured, operation: "compile") }
        return try device.lock.withLock { (_) throws(ComputeError) in
            let traversal = Traversal(roots, mark: device.nextMark(), isLeaf: trace.isOutside)
            let (graph, externals) = try wrap { () throws(ShapeError) in
                var (graph, value, externals) = try traversal.graph(bakesConstants: true)
                for (index, root) in roots.enumerated() { try graph.leave(value(root), at: .output(index)) }
                return (graph, externals)
            }
            let types = results.map(\.type)
            let plan = try device.prepare(graph, inputs: externals.count, results: types)
            let inputs = externals.map { leaf in trace.index(of: leaf).map { .argument($0) } ?? Input.captured(leaf) }
            return Compiled(device: device, plan: plan, inputs: inputs, results: types)
        }
    }
}

/// What stands for the arguments while a function is traced.
struct Trace {
    let arguments: [Tensor]
    private let number: UInt64
    private let places: [ObjectIdentifier: Int]

    init(_ actual: [Tensor]) {
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        arguments = actual.map { Tensor(DeferredValue($0.device, $0.type, .argument, trace: number)) }
        places = Dictionary(uniqueKeysWithValues: arguments.enumerated().map { (ObjectIdentifier($1.value), $0) })
        self.number = number
    }

    /// From 1; a trace inside another has the higher number.
    private static let counter = Atomic<UInt64>(0)

    /// Whether a value hangs on none of the arguments.
    func isOutside(_ value: DeferredValue) -> Bool {
        value.trace < number && !value.isConstant
    }
    func index(of value: DeferredValue) -> Int? { places[ObjectIdentifier(value)] }
}

/// Plans a function of tensors once for each list of argument types: see `CompiledFunction`.
public func compile(
    _ function: @escaping @Sendable ([Tensor]) throws(ComputeError) -> [Tensor]
) -> CompiledFunction { CompiledFunction(function) }

/// Plans a function of one tensor.
public func compile(
    _ function: @escaping @Sendable (Tensor) throws(ComputeError) -> Tensor
) -> @Sendable (Tensor) throws(ComputeError) -> Tensor {
    let compiled = CompiledFunction { (x) throws(ComputeError) in [try function(x[0])] }
    return { (a) throws(ComputeError) in try compiled([a])[0] }
}

/// Plans a function of two tensors.
public func compile(
    _ function: @escaping @Sendable (Tensor, Tensor) throws(ComputeError) -> Tensor
) -> @Sendable (Tensor, Tensor) throws(ComputeError) -> Tensor {
    let compiled = CompiledFunction { (x) throws(ComputeError) in [try function(x[0], x[1])] }
    return { (a, b) throws(ComputeError) in try compiled([a, b])[0] }
}

/// Plans a function of three tensors.
public func compile(
    _ function: @escaping @Sendable (Tensor, Tensor, Tensor) throws(ComputeError) -> Tensor
) -> @Sendable (Tensor, Tensor, Tensor) throws(ComputeError) -> Tensor {
    let compiled = CompiledFunction { (x) throws(ComputeError) in [try function(x[0], x[1], x[2])] }
    return { (a, b, c) throws(ComputeError) in try compiled([a, b, c])[0] }
}
