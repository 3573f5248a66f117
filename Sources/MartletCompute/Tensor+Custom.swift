import MartletCore
import MartletGraph
import MartletOps

extension Tensor {
    /// The results of a kernel of your own. A function of your own goes through `Tensor.apply(_:_:)`, and fuses.
    public static func apply(_ kernel: CustomKernel, _ operands: [Tensor]) throws(ComputeError) -> [Tensor] {
        guard !operands.isEmpty else {
            throw .data(operation: kernel.name, expected: "at least one operand", found: "none")
        }
        return try record(operands) { (g, x) throws(ShapeError) in try g.apply(Custom(kernel), x) }
    }
}
