import MartletCore
import MartletGraph
import MartletOps

extension Tensor {
    /// (x - mean) / sqrt(variance + epsilon), then gamma and beta where they are given, over the last `axes` axes
    /// (Ba, Kiros and Hinton 2016).
    public func layerNorm(
        axes: Int = 1, epsilon: Float = 1e-5, gamma: Tensor? = nil, beta: Tensor? = nil
    ) throws(ComputeError) -> Tensor {
        guard (gamma == nil) == (beta == nil) else {
            throw .data(operation: "layerNorm", expected: "gamma and beta, or neither", found: "one of them")
        }
        return try Tensor.record([self, gamma, beta].compactMap { $0 }) { (g, x) throws(ShapeError) in
            [try g.apply(LayerNorm(axes: axes, epsilon: epsilon), x)[0]]
        }[0]
    }

    /// Batch normalisation over the outermost axis of rows x channels (Ioffe and Szegedy 2015), with the mean and the
    /// biased variance of each channel.
    public func batchNorm(
        gamma: Tensor, beta: Tensor, epsilon: Float = 1e-5
    ) throws(ComputeError) -> (result: Tensor, mean: Tensor, variance: Tensor) {
        let results = try Tensor.record([self, gamma, beta]) { (g, x) throws(ShapeError) in
            try g.apply(BatchNorm(epsilon: epsilon), x)
        }
        return (results[0], results[1], results[2])
    }
}
