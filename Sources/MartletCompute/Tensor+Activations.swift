import MartletOps

extension Tensor {
    public func relu() throws(ComputeError) -> Tensor { try pointwise(.relu) }
}
