import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

/// Looks on the device for a weight or running statistic that is not finite. A step looks at the loss and the gradients before
/// it updates; what the last update left behind no step would see.
final class WeightScan {
    private let session: Session
    private let arenas: [(layout: ArenaLayout, variables: [String], scan: any Executable, record: any Buffer)]

    init(_ session: Session) throws(DeviceError) {
        self.session = session
        var arenas: [(layout: ArenaLayout, variables: [String], scan: any Executable, record: any Buffer)] = []
        for (region, layout, isTrainable) in [(Region.parameters, session.parameters, true), (.state, session.states, false)]
        where layout.total > 0 {
            let record = try session.device.makeBuffer(.int32, count: Health.type.elementCount, purpose: "the record of weights")
            let launch = Launch(
                FiniteScan(), [Slot(region, TensorType([layout.total]))], [Slot(.health, Health.type)], label: "weights")
            let scan = try session.device.prepare(Program([launch]), regions: [region: session.buffer(region), .health: record])
            let names = session.model.variables.filter { $0.isTrainable == isTrainable }.map(\.name)
            arenas.append((layout, names, scan, record))
        }
        self.arenas = arenas
    }

    /// The first such value, in words.
    func firstFailure() throws(DeviceError) -> String? {
        for arena in arenas {
            try arena.record.fill(byte: 0xFF)
            try arena.scan.run(StepParameters())
        }
        for arena in arenas {
            let record = try arena.record.read(Health.type, at: 0).integers
            guard record[0] != -1 else { continue }
            guard let (tensor, index) = arena.layout.locate(Int(record[1]) - 1) else { return "a weight" }
            return "'\(arena.variables[tensor])' (element \(index) in memory)"
        }
        return nil
    }
}
