import MartletBackend
import MartletCore
import MartletNN
import MartletOps

/// Norms of parameters, of their gradients, and of what a step changed: three reductions to a tensor, over the memory in
/// which training keeps them.
final class ParameterProbe {
    private let variables: [ModelVariable]
    private let results: any Buffer
    private let copy: any Executable
    private let reductions: any Executable

    init(_ session: Session) throws(DeviceError) {
        variables = session.model.variables.filter(\.isTrainable)
        let layout = session.parameters
        let arena = TensorType([layout.total])
        results = try session.device.makeBuffer(.float32, count: max(1, 3 * variables.count), purpose: "norms of parameters")
        let remembered = try session.device.makeBuffer(
            .float32, count: layout.total, purpose: "the parameters before a step, for statistics")
        var launches: [Launch] = []
        let change = Expression { e in e.apply(.square, e.apply(.subtract, e.operand(0), e.operand(1))) }
        for (place, variable) in variables.enumerated() {
            func slot(_ region: Region) -> Slot {
                Slot(region, offset: layout.offsets[place], TensorType([layout.counts[place]]))
            }
            let parts: [(Expression, [Slot])] = [
                (Expression(.square), [slot(.parameters)]), (Expression(.square), [slot(.gradients)]),
                (change, [slot(.parameters), slot(.external(0))]),
            ]
            for (number, (prologue, operands)) in parts.enumerated() {
                launches.append(Launch(
                    Reduce(.sum, axes: 0..<1, prologue: prologue), operands,
                    [Slot(.outputs, offset: 3 * place + number, TensorType([]))], label: "statistics of \(variable.name)"))
            }
        }
        let regions: [Region: any Buffer] = [
            .parameters: session.buffer(.parameters), .gradients: session.buffer(.gradients), .external(0): remembered,
            .outputs: results,
        ]
        let copying = layout.total == 0
            ? [] : [Launch(Pointwise(.identity), [Slot(.parameters, arena)], [Slot(.external(0), arena)], label: "parameters before a step")]
        copy = try session.device.prepare(Program(copying), regions: regions)
        reductions = try session.device.prepare(Program(launches), regions: regions)
    }

    func remember() throws(DeviceError) { try copy.run(StepParameters(seed: 0)) }

    func look() throws(DeviceError) -> [ParameterStatistics] {
        guard !variables.isEmpty else { return [] }
        try reductions.run(StepParameters(seed: 0))
        let sums = try results.read(TensorType([3 * variables.count]), at: 0).floats.map { Double($0).squareRoot() }
        return variables.enumerated().map { place, variable in
            ParameterStatistics(
                name: variable.name, count: variable.type.elementCount, weightNorm: sums[3 * place],
                gradientNorm: sums[3 * place + 1], updateNorm: sums[3 * place + 2])
        }
    }
}
