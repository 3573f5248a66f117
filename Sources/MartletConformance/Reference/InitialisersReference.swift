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
    let type = TensorType(Shape(shape))
    let weights = try device.makeBuffer(.float32, count: type.elementCount, purpose: "weights")
    let draw = Pointwise(initialiser.expression(parameter: 0, fanIn: fanIn, fanOut: fanOut), shape: type.shape)
    let program = Program([Launch(draw, [], [Slot(.parameters, type)], label: test.op)])
    try device.prepare(program, regions: [.parameters: weights]).run(StepParameters(seed: 1))
    try device.finish()
    return ["w": try weights.read(type, at: 0).floats]
}

/// What is wrong with the statistics of drawn weights, or nil: mean and deviation within five standard errors, and for a
/// uniform distribution nothing beyond its bound but something near it.
public func initialiserDiscrepancy(_ weights: [Float], _ test: ReferenceCase) -> String? {
    let expected = test.source["expected"]
    guard let deviation = expected?["std"]?.double, let meanTolerance = expected?["mean_tolerance"]?.double,
        let deviationTolerance = expected?["std_relative_tolerance"]?.double
    else { return "the case expects no statistics" }
    let values = weights.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let found = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    if !(mean.magnitude <= meanTolerance) { return "mean \(mean), expected 0 within \(meanTolerance)" }
    if !((found / deviation - 1).magnitude <= deviationTolerance) { return "deviation \(found), expected \(deviation)" }
    guard let bound = expected?["bound"]?.double, let least = expected?["min_abs_max"]?.double else { return nil }
    let largest = values.lazy.map(\.magnitude).max() ?? 0
    // The bound itself is rounded to float32.
    return largest <= bound * (1 + 0x1p-23) && largest >= least ? nil : "largest magnitude \(largest), bound \(bound)"
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
