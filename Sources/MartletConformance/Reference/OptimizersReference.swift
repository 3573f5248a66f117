import MartletBackend
import MartletCore
import MartletFormats
import MartletOps

/// The group `optimizers`: the parameter after every step, for given gradients or for those of 0.5 p'Ap - c'p.
@Sendable public func runOptimizerCase(_ test: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard let run = OptimizerRun(test), let start = test.inputs["p0"], let steps = test.outputs["p"]?.shape[0] else { return nil }
    let type = TensorType([start.count])
    let stepper = try Stepper(run.rule, start, on: device)
    var p = start.floats
    var (path, losses): ([Float], [Float]) = ([], [])
    for step in 0..<steps {
        let gradient: [Float]
        if let given = test.inputs["g"] {
            gradient = Array(given.floats[step * p.count ..< (step + 1) * p.count])
        } else if let a = test.inputs["A"], let c = test.inputs["c"] {
            let (loss, slope) = quadratic(a.floats, c.floats, p)
            losses.append(loss)
            gradient = slope
        } else {
            return nil
        }
        var scalars = StepParameters()
        scalars.step = UInt32(step)
        scalars.setScalars(
            of: run.rule, iteration: step + 1, rate: run.rates.map { $0[step] } ?? run.rate, weightDecay: run.weightDecay,
            settings: run.settings)
        p = try stepper.step(HostArray(type.shape, gradient), scalars)
        path += p
    }
    return test.outputs["loss"] == nil ? ["p": path] : ["p": path, "loss": losses]
}

/// One parameter tensor and its states on a device.
private struct Stepper {
    let type: TensorType
    let parameters, gradients: any Buffer
    let executable: any Executable
    let device: any Device

    init(_ rule: OptimizerRule, _ start: HostArray, on device: any Device) throws {
        self.device = device
        type = TensorType([start.count])
        func buffer(_ purpose: String) throws -> any Buffer {
            try device.makeBuffer(.float32, count: start.count, purpose: purpose)
        }
        parameters = try buffer("parameters")
        gradients = try buffer("gradients")
        try parameters.write(HostArray(type.shape, start.floats), at: 0)
        let health = try device.makeBuffer(.int32, count: Health.type.elementCount, purpose: "health")
        try health.fill(byte: 0xFF)
        var regions: [Region: any Buffer] = [.parameters: parameters, .gradients: gradients, .health: health]
        for state in 0..<rule.stateCount { regions[.optimizerState(state)] = try buffer("state \(state)") }
        let type = type
        let update = Launch(
            Update(rule, segments: [.init(offset: 0, count: start.count)]),
            [Slot(.gradients, type), Slot(.health, Health.type)],
            [Slot(.parameters, type)] + (0..<rule.stateCount).map { Slot(.optimizerState($0), type) }, label: rule.name)
        executable = try device.prepare(Program([update]), regions: regions)
    }

    func step(_ gradient: HostArray, _ scalars: StepParameters) throws -> [Float] {
        try gradients.write(gradient, at: 0)
        try executable.run(scalars)
        try device.finish()
        return try parameters.read(type, at: 0).floats
    }
}

/// 0.5 p'Ap - c'p and A p - c.
private func quadratic(_ a: [Float], _ c: [Float], _ p: [Float]) -> (loss: Float, gradient: [Float]) {
    let n = p.count
    var loss = 0.0
    let gradient = (0..<n).map { row in
        let product = (0..<n).reduce(0.0) { $0 + Double(a[row * n + $1]) * Double(p[$1]) }
        loss += Double(p[row]) * (0.5 * product - Double(c[row]))
        return Float(product - Double(c[row]))
    }
    return (Float(loss), gradient)
}

/// The rule that a case names by its op and attributes, and its settings.
private struct OptimizerRun {
    let rule: OptimizerRule
    let settings: [Double]
    let rate: Double
    let rates: [Double]?
    let weightDecay: Double

    /// Nil where an attribute means nothing to the rule.
    init?(_ test: ReferenceCase) {
        let attributes = test.attrs
        func holds(_ name: String) -> Bool { attributes[name]?.bool ?? false }
        // What follows the optimizer's name in an op says again what the attributes say.
        let families = [
            "cs231n_momentum", "cs231n_nesterov", "adadelta", "momentum", "nesterov", "adagrad", "rmsprop", "amsgrad", "adamax",
            "nadamw", "nadam", "radam", "adamw", "adam", "lion", "sgd",
        ]
        guard let family = families.first(where: { test.op == $0 || test.op.hasPrefix($0 + "_") }) else { return nil }
        let hasMomentum = (attributes["momentum"]?.double ?? 0) > 0
        let name =
            switch family {
            case "momentum", "sgd": holds("nesterov") ? "nesterov" : hasMomentum ? "momentum" : "sgd"
            case "rmsprop": "rmsprop" + (holds("centered") ? "_centered" : "") + (hasMomentum ? "_momentum" : "")
            case "adam": holds("amsgrad") ? "amsgrad" : "adam"
            case "adamw": holds("amsgrad") ? "adamw_amsgrad" : "adamw"
            case "nadam": holds("decoupled_weight_decay") ? "nadamw" : "nadam"
            default: family
            }
        guard let rule = OptimizerRule.named(name) else { return nil }
        var settings = rule.settings.map(\.value)
        func set(_ name: String, _ value: Double?) -> Bool {
            guard let value, let place = rule.settings.firstIndex(where: { $0.name == name }) else { return false }
            settings[place] = value
            return true
        }
        for attribute in attributes.members ?? [] {
            let value = attribute.value
            let isKnown =
                switch attribute.name {
                case "lr", "weight_decay": value.double != nil
                case "lr_per_step": value.doubles != nil
                case "nesterov", "amsgrad", "centered", "decoupled_weight_decay": value.bool != nil
                case "betas": set("beta1", value[0]?.double) && set("beta2", value[1]?.double)
                case "eps": set("epsilon", value.double)
                default: set(attribute.name, value.double) || value.double == 0
                }
            guard isKnown else { return nil }
        }
        guard let rate = attributes["lr"]?.double else { return nil }
        self.rule = rule
        self.settings = settings
        self.rate = rate
        rates = attributes["lr_per_step"]?.doubles
        weightDecay = attributes["weight_decay"]?.double ?? 0
    }
}
