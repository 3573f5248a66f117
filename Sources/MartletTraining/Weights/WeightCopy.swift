import MartletBackend
import MartletCore
import MartletGraph
import MartletNN
import MartletOps

/// A second set of a session's parameters and running statistics, on the device: an average, or the best so far.
final class WeightCopy {
    private let session: Session
    let parameters: any Buffer
    let statistics: any Buffer
    private let taking: any Executable
    private let giving: any Executable

    init(_ session: Session, purpose: String) throws(DeviceError) {
        self.session = session
        parameters = try session.device.makeBuffer(.float32, count: session.parameters.total, purpose: purpose)
        statistics = try session.device.makeBuffer(.float32, count: session.states.total, purpose: purpose)
        let own = [session.buffer(.parameters), session.buffer(.state)]
        taking = try Self.prepare(.identity, own, [parameters, statistics], on: session.device)
        giving = try Self.prepare(.identity, [parameters, statistics], own, on: session.device)
    }

    /// Copies the session's weights here.
    func take() throws(DeviceError) { try taking.run(StepParameters()) }
    /// Copies these weights into the session.
    func give() throws(DeviceError) { try giving.run(StepParameters()) }
    func setToZero() throws(DeviceError) {
        for buffer in [parameters, statistics] where buffer.count > 0 { try buffer.fill(byte: 0) }
    }

    /// What copies another set here.
    func taking(_ other: WeightCopy) throws(DeviceError) -> any Executable {
        try Self.prepare(.identity, [other.parameters, other.statistics], [parameters, statistics], on: session.device)
    }

    /// What makes these weights the expression over (these, the session's).
    func mixing(_ expression: Expression) throws(DeviceError) -> any Executable {
        try Self.prepare(
            expression, [parameters, statistics], [parameters, statistics],
            with: [session.buffer(.parameters), session.buffer(.state)], on: session.device)
    }

    /// What gives the session the expression over these weights.
    func giving(_ expression: Expression) throws(DeviceError) -> any Executable {
        try Self.prepare(
            expression, [parameters, statistics], [session.buffer(.parameters), session.buffer(.state)], on: session.device)
    }

    /// For plans that are to read these weights and not the session's.
    var regions: [Region: any Buffer] { [.parameters: parameters, .state: statistics] }

    func arrays() throws(DeviceError) -> [(variable: ModelVariable, array: HostArray)] { try session.read(parameters, statistics) }
    func set(_ arrays: [String: HostArray]) throws(DeviceError) { try session.write(arrays, parameters, statistics) }

    /// One launch for each pair of arenas that holds anything.
    private static func prepare(
        _ expression: Expression, _ from: [any Buffer], _ to: [any Buffer], with others: [any Buffer] = [], on device: any Device
    ) throws(DeviceError) -> any Executable {
        var launches: [Launch] = []
        var regions: [Region: any Buffer] = [:]
        for place in from.indices where from[place].count > 0 {
            let type = TensorType([from[place].count])
            let operands = [from[place]] + (others.isEmpty ? [] : [others[place]])
            var slots: [Slot] = []
            for (index, buffer) in operands.enumerated() {
                regions[.external(2 * place + index)] = buffer
                slots.append(Slot(.external(2 * place + index), type))
            }
            // What is changed in place is one region, as any other operand that is written to.
            let isInPlace = from[place] === to[place]
            if !isInPlace { regions[.result(place)] = to[place] }
            launches.append(Launch(
                Pointwise(expression), slots, [isInPlace ? slots[0] : Slot(.result(place), type)], label: "weights"))
        }
        return try device.prepare(Program(launches), regions: regions)
    }
}
