import MartletBackend
import MartletFormats
import MartletTraining

/// The group `schedules`: the learning rate `lr` of every iteration, and with `one_cycle` the momentum. They are computed on the
/// host, alike for every device, and rounded to float32 as a step's parameters are.
@Sendable func runScheduleCase(_ test: ReferenceCase, _ device: any Device) throws -> [String: [Float]]? {
    guard let rule = ScheduleRule.named(test.op), let base = test.attrs["base_lr"]?.double,
        let count = test.outputs["lr"]?.values.count
    else { return nil }
    var settings: [String: Schedule.Setting] = [:]
    for attribute in test.attrs.members ?? [] where attribute.name != "base_lr" {
        guard let parameter = rule.parameters.first(where: { $0.name == attribute.name }),
            let setting = parameter.setting(attribute.value)
        else { return nil }
        settings[attribute.name] = setting
    }
    let schedule = try Schedule(test.op, settings).resolved(for: RunLength(iterationsPerEpoch: count, epochs: 1))
    guard var plateau = schedule.plateau else {
        let momenta = (0..<count).compactMap { schedule.momentum(at: $0) }
        let rates = ["lr": (0..<count).map { Float(schedule.rate(at: $0, base: base)) }]
        return momenta.isEmpty ? rates : rates.merging(["momentum": momenta.map(Float.init)]) { $1 }
    }
    guard let metrics = test.inputs["metrics"], metrics.count == count else { return nil }
    return ["lr": metrics.floats.enumerated().map { place, metric in
        plateau.report(Double(metric))
        return Float(plateau.applied(to: schedule.rate(at: place, base: base)))
    }]
}

extension ScheduleRule.Parameter {
    /// A case's attribute; nil where it is of another kind.
    fileprivate func setting(_ value: JSONValue) -> Schedule.Setting? {
        switch kind {
        case .number, .rate, .length: value.double.map { .number($0) }
        case .lengths: value.doubles.map { .lengths($0.compactMap { Int(exactly: $0) }.map(Length.iterations)) }
        case .choice: (value.string ?? value.bool.map { "\($0)" }).map { .word($0) }
        }
    }
}
