import MartletBackend
import MartletCore
import MartletOps

extension GradientClipping {
    /// What `launches` needs beside the gradients, for a number of tensors: a value for each, and `total` and `scale`.
    public static func scratch(tensors: Int) -> TensorType { TensorType([tensors + 2]) }

    /// Clips gradients in place.
    ///
    /// Numeric order (numerics: 1): one reduction per tensor, never over padding, then one over the tensors in graph
    /// order, both in the order of `Reduce`; scale = min(1, norm / (total + 1e-6)), and every element is multiplied by
    /// it. All of it is made of other operations, so every backend has it.
    /// - Parameters:
    ///   - gradients: the whole arena.
    ///   - tensors: the places in it that count towards the norm.
    ///   - scratch: of the type `scratch(tensors:)`; afterwards its last two elements are the total norm and the scale.
    public func launches(gradients: Slot, tensors: [(offset: Int, count: Int)], scratch: Slot) -> [Launch] {
        var launches: [Launch] = []
        if let value {
            let limit = Float(value)
            let cut = Expression { e in
                e.apply(.minimum, e.apply(.maximum, e.operand(0), e.constant(-limit)), e.constant(limit))
            }
            launches.append(Launch(Pointwise(cut), [gradients], [gradients], label: "gradients cut"))
        }
        guard let norm, !tensors.isEmpty else { return launches }
        func element(_ index: Int, _ shape: Shape = []) -> Slot {
            Slot(scratch.region, offset: scratch.offset + index, TensorType(shape))
        }
        let (total, scale) = (element(tensors.count), element(tensors.count + 1))
        let (reduction, prologue) = kind.reduction
        for (place, tensor) in tensors.enumerated() {
            let gradient = Slot(gradients.region, offset: gradients.offset + tensor.offset, TensorType([tensor.count]))
            launches.append(Launch(
                Reduce(reduction, axes: 0..<1, prologue: prologue), [gradient], [element(place)], label: "gradient norm \(place)"))
        }
        launches.append(Launch(
            Reduce(reduction, axes: 0..<1), [element(0, [tensors.count])], [total], label: "gradient norm"))
        if kind == .l2 {
            launches.append(Launch(Pointwise(Expression(.squareRoot)), [total], [total], label: "gradient norm"))
        }
        let limit = Float(norm)
        let share = Expression { e in
            e.apply(.minimum, e.constant(1), e.apply(.divide, e.constant(limit), e.apply(.add, e.operand(0), e.constant(1e-6))))
        }
        launches.append(Launch(Pointwise(share), [total], [scale], label: "gradient scale"))
        launches.append(Launch(
            Pointwise(Expression(.multiply)), [gradients, scale], [gradients], label: "gradients scaled"))
        return launches
    }
}
