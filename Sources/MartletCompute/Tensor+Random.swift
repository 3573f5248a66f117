import MartletCore
import MartletGraph
import MartletOps

// Random numbers are a function of seed, step, stream and the element's place alone (Philox4x32-10): the same on every
// device, and equal arguments give equal numbers. They are computed when they are asked for; inside a function that is
// compiled they are constants of it.
extension Tensor {
    /// Uniform in [low, high).
    public static func uniform(
        _ shape: Shape, low: Float = 0, high: Float = 1, seed: UInt64, step: UInt32 = 0, stream: UInt32 = 0,
        on device: ComputeDevice
    ) throws(ComputeError) -> Tensor {
        let unit = try random(Expression { $0.uniform(stream: stream) }, shape, seed, step, device)
        return low == 0 && high == 1 ? unit : try unit.multiplyAdd(unit.constant(high - low), unit.constant(low))
    }

    /// Normal with mean 0 and variance 1.
    public static func normal(
        _ shape: Shape, seed: UInt64, step: UInt32 = 0, stream: UInt32 = 0, on device: ComputeDevice
    ) throws(ComputeError) -> Tensor {
        try random(Expression { $0.normal(stream: stream) }, shape, seed, step, device)
    }

    /// Zero with probability `rate`, else divided by 1 - rate (Srivastava et al. 2014, inverted).
    /// - Throws: also `data` for a rate that is not in [0, 1).
    public func dropout(rate: Float, seed: UInt64, step: UInt32 = 0, stream: UInt32 = 0) throws(ComputeError) -> Tensor {
        guard rate >= 0, rate < 1 else {
            throw .data(operation: "dropout", expected: "a rate from 0 to below 1", found: "\(rate)")
        }
        let threshold = UInt32((Double(rate) * 0x1p32).rounded())
        let scale = Float(1 / (1 - Double(rate)))
        let mask = Expression { $0.dropout(stream: stream, threshold: threshold, scale: scale) }
        return try self * Tensor.random(mask, shape, seed, step, device)
    }

    private static func random(
        _ expression: Expression, _ shape: Shape, _ seed: UInt64, _ step: UInt32, _ device: ComputeDevice,
        operation: StaticString = #function
    ) throws(ComputeError) -> Tensor {
        try device.requireOpen()
        guard shape.checkedElementCount != nil else {
            throw .data(operation: "random", expected: "a shape of fewer than 2^31 elements", found: "\(shape)")
        }
        let operation = DeferredOperation(Recipe(Pointwise(expression, shape: shape)), [])
        let value = DeferredValue(device, TensorType(shape), .pending(operation, result: 0), pendingCount: 1)
        var parameters = StepParameters(seed: seed)
        parameters.step = step
        try device.evaluate([value], step: parameters, operation: "random")
        return Tensor(value)
    }
}
