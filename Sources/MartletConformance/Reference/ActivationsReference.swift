import MartletBackend
import MartletCore
import MartletFormats
import MartletOps

/// The group `activations`: y = f(x), and dx for the gradient dy.
@Sendable public func runActivationCase(_ test: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    let name = test.op == "gelu_exact" ? "gelu" : test.op
    guard let activation = ActivationFunction.named(name), let x = test.inputs["x"], let dy = test.inputs["dy"] else {
        return nil
    }
    var parameters: [String: Float] = [:]
    for attribute in test.attrs.members ?? [] {
        guard activation.parameters.contains(where: { $0.name == attribute.name }), let value = attribute.value.float else {
            return nil
        }
        parameters[attribute.name] = value
    }
    let expression = activation.expression(parameters)
    guard let gradient = expression.gradients(operandCount: 1)[0] else { return nil }

    // The operands of a gradient: x, y, dy.
    let slots = (0..<4).map { Slot(.external($0), x.type) }
    let buffers = try ["x", "y", "dy", "dx"].map { try device.makeBuffer(.float32, count: x.count, purpose: $0) }
    try buffers[0].write(x, at: 0)
    try buffers[2].write(dy, at: 0)
    let program = Program([
        Launch(Pointwise(expression), [slots[0]], [slots[1]], label: name),
        Launch(Pointwise(gradient.expression, shape: x.shape), gradient.reads.map { slots[$0] }, [slots[3]], label: "gradient of \(name)"),
    ])
    let regions = Dictionary(uniqueKeysWithValues: buffers.enumerated().map { (Region.external($0), $1) })
    try device.prepare(program, regions: regions).run(StepParameters())
    try device.finish()
    return ["y": try buffers[1].read(x.type, at: 0).floats, "dx": try buffers[3].read(x.type, at: 0).floats]
}
