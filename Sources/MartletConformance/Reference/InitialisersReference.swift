import MartletBackend
import MartletCore
import MartletFormats
import MartletNN
import MartletOps

/// The group `initialisers`: weights `w` of a shape, of which the case expects statistics rather than values.
@Sendable public func runInitialiserCase(_ test: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard let initialiser = Initialiser(test), let shape = test.attrs["shape"]?.ints, let fanIn = test.attrs["fan_in"]?.int,
        let fanOut = test.attrs["fan_out"]?.int
    else { return nil }
    guard Shape(shape).checkedElementCount != nil else {
        throw FormatError.badRequest("\(test): expected a shape of fewer than 2^31 elements, found \(shape)")
    }
    let type = TensorType(Shape(shape))
    let weights = try device.makeBuffer(.float32, count: type.elementCount, purpose: "weights")
    let draw = Pointwise(initialiser.expression(parameter: 0, fanIn: fanIn, fanOut: fanOut), shape: type.shape)
    let program = Program([Launch(draw, [], [Slot(.parameters, type)], label: test.op)])
    try device.prepare(program, regions: [.parameters: weights]).run(StepParameters(seed: 1))
    try device.finish()
    return ["w": try weights.read(type, at: 0).floats]
}

extension Initialiser {
    /// The initialiser that a case names by its op and attributes.
    fileprivate init?(_ test: ReferenceCase) {
        let gain = test.attrs["gain"]?.double
        let mode = test.attrs["mode"]?.string
        guard let fan = mode.map({ Fan(rawValue: $0) }) ?? .input else { return nil }
        func begins(_ name: String) -> Bool { test.op == name || test.op.hasPrefix(name + "_") }
        if begins("xavier_uniform") {
            self = .xavierUniform(gain: gain ?? 1)
        } else if begins("xavier_normal") {
            self = .xavierNormal(gain: gain ?? 1)
        } else if begins("he_uniform") {
            self = .heUniform(gain: gain ?? Self.reluGain, fan: fan)
        } else if begins("he_normal") {
            self = .heNormal(gain: gain ?? Self.reluGain, fan: fan)
        } else if let named = Self.named.first(where: { $0.name == test.op }) {
            self = named.initialiser
        } else {
            return nil
        }
    }
}
