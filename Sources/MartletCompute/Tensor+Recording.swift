import MartletCore
import MartletGraph
import MartletOps

// How a method becomes recorded operations. A function of `Graph` becomes a method of `Tensor` by one line:
//
//     public func softmax(axis: Int = -1) throws(ComputeError) -> Tensor {
//         try record { (g, x) throws(ShapeError) in try g.softmax(x[0], axis: axis) }
//     }
extension Tensor {
    /// Records what a function of a graph adds for this tensor and others.
    /// - Parameter operation: what errors name; by default the method that calls this.
    public func record(
        with others: Tensor..., operation: StaticString = #function,
        _ build: (inout Graph, [Value]) throws(ShapeError) -> Value
    ) throws(ComputeError) -> Tensor {
        try Tensor.record([self] + others, operation: operation) { (graph, values) throws(ShapeError) in
            [try build(&graph, values)]
        }[0]
    }

    /// Records what a function of a graph adds for some tensors.
    /// - Throws: `shape`, `differentDevices`, `closed`; `data` for no tensors.
    public static func record(
        _ tensors: [Tensor], operation: StaticString = #function,
        _ build: (inout Graph, [Value]) throws(ShapeError) -> [Value]
    ) throws(ComputeError) -> [Tensor] {
        guard !tensors.isEmpty else {
            throw .data(operation: plain(operation), expected: "at least one tensor", found: "none")
        }
        try requireOneDevice(tensors, operation)
        var graph = Graph()
        let leaves = tensors.map { graph.external("operand", $0.type) }
        let results: [Value]
        do {
            results = try build(&graph, leaves)
        } catch {
            // What checks of the graph throw bears no name of its own.
            let name = error.operation == "graph" ? plain(operation) : error.operation
            throw .shape(ShapeError(name, expected: error.expected, found: error.found))
        }
        let values = replay(graph, Dictionary(uniqueKeysWithValues: zip(leaves, tensors.map(\.value))), tensors[0].device)
        return try results.map { (result) throws(ComputeError) in try finished(values[result]!) }
    }

    /// Records the nodes of a graph on values that stand for its leaves.
    static func replay(_ graph: Graph, _ leaves: [Value: DeferredValue], _ device: ComputeDevice) -> [Value: DeferredValue] {
        var values = leaves
        for node in graph.nodes {
            let operation = DeferredOperation(Recipe(node.operation), node.operands.map { values[$0]! })
            for (index, result) in node.results.enumerated() {
                values[result] = deferred(operation, result: index, graph.type(of: result), device)
            }
        }
        return values
    }

    /// Records a pointwise function: the short way, for it is what programs consist of.
    static func pointwise(
        _ function: PointwiseFunction, _ a: Tensor, _ b: Tensor
    ) throws(ComputeError) -> Tensor {
        let recipe = Recipe.pointwise(function)
        guard a.device === b.device else {
            throw .differentDevices(operation: function.name, first: a.device.name, second: b.device.name)
        }
        try a.device.requireOpen()
        let type: TensorType
        if a.type == b.type, a.dtype == .float32 {
            type = a.type
        } else {
            type = try resultType(recipe, [a.type, b.type], function.name)
        }
        return try finished(deferred(DeferredOperation(recipe, [a.value, b.value]), result: 0, type, a.device))
    }

    func pointwise(_ function: PointwiseFunction) throws(ComputeError) -> Tensor {
        let recipe = Recipe.pointwise(function)
        try device.requireOpen()
        if dtype != .float32 { _ = try Self.resultType(recipe, [type], function.name) }
        return try Self.finished(Self.deferred(DeferredOperation(recipe, [value]), result: 0, type, device))
    }

    private static func resultType(
        _ recipe: Recipe, _ operands: [TensorType], _ name: String
    ) throws(ComputeError) -> TensorType {
        do {
            let type = try recipe.operation.resultTypes(operands)[0]
            if type.shape.checkedElementCount == nil {
                throw ShapeError(name, expected: "a result of fewer than 2^31 elements, not \(type)", found: operands)
            }
            return type
        } catch let error as ShapeError {
            throw .shape(ShapeError(name, expected: error.expected, found: error.found))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private static func deferred(
        _ operation: DeferredOperation, result: Int, _ type: TensorType, _ device: ComputeDevice
    ) -> DeferredValue {
        var (trace, count): (UInt64, Int) = (0, 1)
        for operand in operation.operands {
            trace = Swift.max(trace, operand.trace)
            count += operand.pendingCount.load(ordering: .relaxed)
        }
        return DeferredValue(device, type, .pending(operation, result: result), trace: trace, pendingCount: count)
    }

    /// The tensor for a recorded value; runs what waits where that is too much.
    private static func finished(_ value: DeferredValue) throws(ComputeError) -> Tensor {
        let tensor = Tensor(value)
        if value.trace == 0, value.pendingCount.load(ordering: .relaxed) >= ComputeDevice.pendingLimit {
            try value.device.bound(value)
        }
        return tensor
    }

    static func requireOneDevice(_ tensors: [Tensor], _ operation: StaticString) throws(ComputeError) {
        guard let device = tensors.first?.device else { return }
        for tensor in tensors where tensor.device !== device {
            throw .differentDevices(operation: plain(operation), first: device.name, second: tensor.device.name)
        }
        try device.requireOpen()
    }

    /// `softmax` of `softmax(axis:)`.
    static func plain(_ function: StaticString) -> String { String("\(function)".prefix { $0 != "(" }) }
}
