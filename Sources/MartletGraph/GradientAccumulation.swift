import MartletBackend
import MartletCore
import MartletOps

/// A batch's part in a step that adds up the gradients of several: each counts by its samples, so that the sum divided by all
/// samples is the gradient of the mean over them.
public struct GradientAccumulation: Hashable, Sendable {
    /// The samples of this batch.
    public var weight: Float
    /// The samples of the whole step, in its last batch; nil in the others, which update nothing.
    public var divisor: Float?

    /// A batch of `weight` samples, and in the last one of a step those of all its batches.
    public init(weight: Float, divisor: Float?) {
        self.weight = weight
        self.divisor = divisor
    }

    /// sum = fma(gradient, weight, sum); in the last batch gradient = sum / divisor, and the sum starts anew at zero.
    func launches(gradients: Slot) -> [Launch] {
        let sums = Slot(.accumulatedGradients, gradients.type)
        let add = Expression { [weight] e in e.apply(.multiplyAdd, e.operand(0), e.constant(weight), e.operand(1)) }
        let adding = Launch(Pointwise(add), [gradients, sums], [sums], label: "gradients added up")
        guard let divisor else { return [adding] }
        let mean = Expression { e in e.apply(.divide, e.operand(0), e.constant(divisor)) }
        let zero = Expression { $0.constant(0) }
        return [
            adding, Launch(Pointwise(mean), [sums], [gradients], label: "mean of the gradients"),
            Launch(Pointwise(zero, shape: sums.type.shape), [], [sums], label: "sum of the gradients set to zero"),
        ]
    }
}
