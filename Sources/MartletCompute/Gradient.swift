import MartletCore
import MartletGraph
import MartletOps

/// A function's value and its gradients with respect to some arguments.
///
/// The result is a tensor of one element; gradients have the shapes of their arguments, and are zeros where the value does
/// not depend on one. Everything is recorded like any other operation: the function is traced at each call, and plans are
/// cached by structure. `compile(gradient(of: f))` traces once.
/// - Parameter arguments: places of those to differentiate by; nil for all of them.
public func valueAndGradient(
    of function: @escaping @Sendable ([Tensor]) throws(ComputeError) -> Tensor, by arguments: [Int]? = nil
) -> @Sendable ([Tensor]) throws(ComputeError) -> (value: Tensor, gradients: [Tensor]) {
    { (actual) throws(ComputeError) in
        let places = arguments ?? Array(actual.indices)
        guard !actual.isEmpty, places.allSatisfy({ actual.indices.contains($0) }) else {
            throw .data(operation: "gradient", expected: "arguments at the places \(places)", found: "\(actual.count) arguments")
        }
        return try differentiate(function, actual, places)
    }
}

/// The gradients alone: see `valueAndGradient(of:by:)`.
public func gradient(
    of function: @escaping @Sendable ([Tensor]) throws(ComputeError) -> Tensor, by arguments: [Int]? = nil
) -> @Sendable ([Tensor]) throws(ComputeError) -> [Tensor] {
    let both = valueAndGradient(of: function, by: arguments)
    return { (actual) throws(ComputeError) in try both(actual).gradients }
}

/// Of a function of one tensor.
public func gradient(
    of function: @escaping @Sendable (Tensor) throws(ComputeError) -> Tensor
) -> @Sendable (Tensor) throws(ComputeError) -> Tensor {
    let both = valueAndGradient(of: { (x: [Tensor]) throws(ComputeError) in try function(x[0]) })
    return { (a) throws(ComputeError) in try both([a]).gradients[0] }
}

/// Of a function of one tensor.
public func valueAndGradient(
    of function: @escaping @Sendable (Tensor) throws(ComputeError) -> Tensor
) -> @Sendable (Tensor) throws(ComputeError) -> (value: Tensor, gradient: Tensor) {
    let both = valueAndGradient(of: { (x: [Tensor]) throws(ComputeError) in try function(x[0]) })
    return { (a) throws(ComputeError) in
        let result = try both([a])
        return (result.value, result.gradients[0])
    }
}

private func differentiate(
    _ function: ([Tensor]) throws(ComputeError) -> Tensor, _ actual: [Tensor], _ places: [Int]
) throws(ComputeError) -> (value: Tensor, gradients: [Tensor]) {
    try Tensor.requireOneDevice(actual, "gradient")
    let device = actual[0].device
    let trace = Trace(actual)
    let result = try function(trace.arguments)
    try Tensor.requireOneDevice([actual[0], result], "gradient")
    let leaves: [Value: DeferredValue]
    let (graph, value, gradients): (Graph, Value, [Value?])
    (graph, value, gradients, leaves) = try device.lock.withLock { (_) throws(ComputeError) in
        // Arguments come first, so that each is a leaf whether it is read or not. What hangs on none is a leaf too.
        let stand = trace.arguments.map(\.value)
        let traversal = Traversal(stand + [result.value], mark: device.nextMark(), isLeaf: trace.isOutside)
        return try wrap { () throws(ShapeError) in
            var (graph, value, externals) = try traversal.graph(bakesConstants: false)
            let root = value(result.value)
            let gradients = try graph.gradients(of: root, for: places.map { value(stand[$0]) })
            let leaves = externals.map { leaf in
                (value(leaf), trace.index(of: leaf).map { actual[$0].value } ?? leaf)
            }
            return (graph, root, gradients, Dictionary(uniqueKeysWithValues: leaves))
        }
    }
    let values = Tensor.replay(graph, leaves, device)
    var tensors: [Tensor] = []
    for (place, gradient) in zip(places, gradients) {
        if let gradient {
            tensors.append(Tensor(values[gradient]!))
        } else {
            tensors.append(try .zeros(actual[place].shape, on: device))
        }
    }
    return (Tensor(values[value]!), tensors)
}
