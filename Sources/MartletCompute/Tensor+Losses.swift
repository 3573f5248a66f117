import MartletCore
import MartletGraph
import MartletOps

extension Tensor {
    /// For logits of rows x classes and a vector of int32 labels: each row's -log(softmax at its label). A label outside
    /// the classes gives NaN.
    public func crossEntropy(_ labels: Tensor) throws(ComputeError) -> Tensor {
        try record(with: labels) { (g, x) throws(ShapeError) in try g.apply(SoftmaxCrossEntropy(), x)[0] }
    }

    /// For logits and targets of rows x classes: each row's -sum(target log softmax).
    public func crossEntropy(softTargets: Tensor) throws(ComputeError) -> Tensor {
        try record(with: softTargets) { (g, x) throws(ShapeError) in try g.apply(SoftTargetCrossEntropy(), x)[0] }
    }

    /// 1 where a row's first maximum stands at its label, else 0.
    public func matchesTopClass(_ labels: Tensor) throws(ComputeError) -> Tensor {
        try record(with: labels) { (g, x) throws(ShapeError) in try g.apply(TopClassMatch(), x)[0] }
    }

    /// log(1 + e^-x) for targets of 1 and log(1 + e^x) for targets of 0, element by element.
    public func binaryCrossEntropy(_ targets: Tensor) throws(ComputeError) -> Tensor {
        try record(with: targets, constant(1)) { (g, x) throws(ShapeError) in
            try g.apply(.binaryCrossEntropy, x[0], x[1], x[2])
        }
    }

    /// d^2 / 2 where abs(d) <= delta, else delta (abs(d) - delta / 2), of this difference d (Huber 1964).
    public func huber(delta: Float = 1) throws(ComputeError) -> Tensor { try Self.pointwise(.huber, self, constant(delta)) }

    /// d^2 / (2 beta) where abs(d) < beta, else abs(d) - beta / 2, of this difference d (Girshick 2015).
    public func smoothL1(beta: Float = 1) throws(ComputeError) -> Tensor { try Self.pointwise(.smoothL1, self, constant(beta)) }
}
