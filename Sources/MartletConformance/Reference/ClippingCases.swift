import MartletBackend
import MartletCore
import MartletFormats
import MartletGraph
import MartletOps

/// The group `clipping`: gradients `g0`, `g1`, … and what is left of them, `clipped0`, …, with `total_norm`.
@Sendable func runClippingCase(_ test: ReferenceCase, _ device: any Device) throws -> [String: [Float]]? {
    guard let clipping = GradientClipping(test) else { return nil }
    let tensors = (0..<test.inputs.count).compactMap { test.inputs["g\($0)"] }
    guard tensors.count == test.inputs.count else { return nil }

    let layout = ArenaLayout(tensors.map(\.type))
    let arena = Slot(.gradients, TensorType([layout.total]))
    let scratch = Slot(.workspace(0), GradientClipping.scratch(tensors: tensors.count))
    let gradients = try device.makeBuffer(.float32, count: layout.total, purpose: "gradients")
    let norms = try device.makeBuffer(.float32, count: scratch.type.elementCount, purpose: "norms")
    // What stands in the padding must not count.
    try gradients.write(HostArray(arena.type.shape, [Float](repeating: 1e9, count: layout.total)), at: 0)
    for (offset, tensor) in zip(layout.offsets, tensors) { try gradients.write(tensor, at: offset) }
    let launches = clipping.launches(
        gradients: arena, tensors: Array(zip(layout.offsets, layout.counts)), scratch: scratch)
    try device.prepare(Program(launches), regions: [.gradients: gradients, .workspace(0): norms]).run(StepParameters())
    try device.finish()

    var outputs: [String: [Float]] = [:]
    for (index, tensor) in tensors.enumerated() {
        outputs["clipped\(index)"] = try gradients.read(tensor.type, at: layout.offsets[index]).floats
    }
    if clipping.norm != nil { outputs["total_norm"] = try norms.read(TensorType([1]), at: tensors.count).floats }
    return outputs
}

extension GradientClipping {
    fileprivate init?(_ test: ReferenceCase) {
        switch test.op {
        case "clip_grad_value":
            guard let value = test.attrs["clip_value"]?.double else { return nil }
            self.init(value: value)
        case "clip_grad_norm":
            guard let norm = test.attrs["max_norm"]?.double else { return nil }
            let type = test.attrs["norm_type"]
            switch type?.double ?? type?.string.flatMap(Double.init) ?? 2 {
            case 1: self.init(norm: norm, kind: .l1)
            case 2: self.init(norm: norm, kind: .l2)
            case .infinity: self.init(norm: norm, kind: .max)
            default: return nil
            }
        default: return nil
        }
    }
}
