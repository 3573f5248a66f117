import MartletCPU
import MartletCompute
import MartletOpenCL
import Testing

/// Figures for the notes, printed and not asserted: run with MARTLET_MEASURE=1.
@Suite struct OverheadTests {
    @Test(.enabled(if: BackendSelection.isMeasuring)) func overheads() throws {
        var devices = [ComputeDevice(try CPUDevice())]
        if let info = OpenCLInventory.survey().devices.first(where: \.usable) { devices.append(ComputeDevice(try OpenCLDevice(info))) }
        for device in devices {
            let a = try Tensor.normal([1000, 1000], seed: 1, on: device)
            let b = try Tensor.normal([1000, 1000], seed: 2, on: device)
            @Sendable func chain(_ a: Tensor, _ b: Tensor) throws(ComputeError) -> Tensor {
                let c = try ((a + b) * a - b).tanh()
                return try ((c * b + 1).sigmoid() - a).relu() * 2
            }
            let compiled = compile(chain)
            var (eager, planned) = (Double.infinity, Double.infinity)
            // Short turns, one after the other: a busy machine disturbs some of them, and not all.
            for _ in 0..<300 {
                eager = min(eager, try seconds(2, device) { try chain(a, b).evaluate() })
                planned = min(planned, try seconds(2, device) { try compiled(a, b).evaluate() })
            }
            let counts = device.evaluationCounts
            try chain(a, b).evaluate()
            print("launches of the eager chain: \((device.evaluationCounts - counts).launches)")
            let x = try Tensor([1], on: device)
            var one = Double.infinity, recorded = Double.infinity, read = Double.infinity
            for _ in 0..<10 {
                one = min(one, try seconds(1000, device) { try (x + x).evaluate() })
                recorded = min(recorded, try seconds(10, device) { var y = x; for _ in 0..<100 { y = try y + x }; try y.evaluate() } / 100)
                read = min(read, try seconds(200, device) { _ = try (x + x).item() })
            }
            print("\(device.name): chain eager \(eager * 1e6) us, compiled \(planned * 1e6) us, ratio \(eager / planned); one element: \(one * 1e6) us evaluated each, \(recorded * 1e6) us in chains of 100, \(read * 1e6) us with reading")
        }
    }
}

extension BackendSelection {
    static var isMeasuring: Bool { environmentValue("MARTLET_MEASURE") != nil }
}

private func seconds(_ count: Int, _ device: ComputeDevice, _ body: () throws -> Void) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<count { try body() }
    try device.synchronize()
    let time = clock.now - start
    return (Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18) / Double(count)
}
