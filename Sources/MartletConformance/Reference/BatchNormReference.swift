import MartletBackend
import MartletCore
import MartletFormats
import MartletGraph
import MartletOps

/// Training on x0, x1, … in turn, with running statistics; gradients of the last; then inference on x_eval.
///
/// Channels are axis 1: other axes become rows, in the order of NHWC.
public func runBatchNormCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "bn1d" || c.op == "bn2d", let first = c.inputs["x0"], first.shape.rank >= 2 else { return nil }
    var computation = ReferenceComputation(c)
    let channels = first.shape[1]
    func constant(_ value: Float) -> HostArray { HostArray([channels], [Float](repeating: value, count: channels)) }
    let operation = BatchNorm(epsilon: c.attrs["eps"]?.float ?? 1e-5)
    let momentum = c.attrs["momentum"]?.float ?? 0.1
    let isAffine = c.attrs["affine"]?.bool ?? true
    let gamma = isAffine ? try computation.required("gamma") : computation.leaf("gamma", constant(1))
    let beta = isAffine ? try computation.required("beta") : computation.leaf("beta", constant(0))
    func targets(_ x: Value, _ suffix: String) -> [(name: String, leaf: Value?)] {
        [("dx\(suffix)", x)] + (isAffine ? [("dgamma\(suffix)", gamma), ("dbeta\(suffix)", beta)] : [])
    }

    var running = (mean: computation.leaf("mean", constant(0)), variance: computation.leaf("variance", constant(1)))
    let steps = c.attrs["steps"]?.int ?? c.inputs.keys.count { $0.wholeMatch(of: /x\d+/) != nil }
    for step in 0..<steps {
        let x = try computation.required("x\(step)")
        let rows = try computation.graph.channelsLast(x)
        let results = try computation.graph.apply(operation, [rows, gamma, beta])
        let count = Double(computation.graph.type(of: rows).shape[0])
        running.mean = try computation.graph.running(running.mean, results[1], momentum: momentum)
        running.variance = try computation.graph.running(
            running.variance, results[2], momentum: momentum, scale: Float(count / (count - 1)))
        try computation.leave(running.mean, as: "running_mean\(step)")
        try computation.leave(running.variance, as: "running_var\(step)")
        guard step == 0 || step == steps - 1 else { continue }
        let y = try computation.graph.channelsSecond(results[0], like: x)
        if step == 0 { try computation.leave(y, as: "y0") }
        if step == steps - 1 {
            try computation.leave(y, as: "y_last")
            if let dy = computation.input("dy") { try computation.leaveGradients(of: y, dy, targets(x, "")) }
        }
    }

    if let x = computation.input("x_eval") {
        let rows = try computation.graph.channelsLast(x)
        let inverse = try operation.inverseDeviation(running.variance, &computation.graph)
        let normalised = try computation.graph.apply(
            Pointwise(BatchNorm.normalise), [rows, running.mean, inverse, gamma, beta])[0]
        let y = try computation.graph.channelsSecond(normalised, like: x)
        try computation.leave(y, as: "y_eval")
        if let dy = computation.input("dy") { try computation.leaveGradients(of: y, dy, targets(x, "_eval")) }
    }
    return try computation.run(on: device)
}

extension Graph {
    /// (1 - momentum) old + momentum scale new
    fileprivate mutating func running(_ old: Value, _ new: Value, momentum: Float, scale: Float = 1) throws -> Value {
        try pointwise([old, new]) { e in
            let share = e.apply(.multiply, e.constant(momentum), e.apply(.multiply, e.operand(1), e.constant(scale)))
            return e.apply(.multiplyAdd, e.operand(0), e.constant(1 - momentum), share)
        }
    }

    /// Samples x channels x places as rows x channels.
    fileprivate mutating func channelsLast(_ value: Value) throws -> Value {
        let shape = type(of: value).shape
        let turned = try transpose(value, [0] + Array(2..<shape.rank) + [1])
        return try reshape(turned, [shape.elementCount / shape[1], shape[1]])
    }

    /// The way back.
    fileprivate mutating func channelsSecond(_ value: Value, like original: Value) throws -> Value {
        let shape = type(of: original).shape
        let whole = try reshape(value, Shape([shape[0]] + shape.extents.dropFirst(2) + [shape[1]]))
        return try transpose(whole, [0, shape.rank - 1] + Array(1..<(shape.rank - 1)))
    }
}
