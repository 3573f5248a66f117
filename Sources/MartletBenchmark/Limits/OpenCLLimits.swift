import CMartletBenchmark
import MartletBackend
import MartletCore
import MartletOpenCL

/// The limits of an OpenCL device, by kernels of its own (`Kernels/limits.cl`).
final class OpenCLLimits {
    private let context: OpenCLContext
    private let kind: DeviceClass
    private(set) var limits = Limits()
    private var peakRun: (flops: Double, run: (Int) throws -> Void)?

    init(_ device: OpenCLDevice) {
        context = device.context
        kind = device.deviceClass
    }

    /// Measures everything that cases are set against, and tells of each as soon as it is known.
    func measure(_ schedule: Schedule, shouldStop: () -> Bool, found: (Limits.Found) -> Void) throws {
        for width in [1, 4, 8, 16] {
            let (flops, contestant) = try chains(width)
            let outcome = try takeTurns([contestant], schedule, shouldStop: shouldStop)[0]
            found(.init("fma peak", "float\(width == 1 ? "" : "\(width)")", .gigaflops, flops, outcome))
            guard outcome.problem == nil, flops / outcome.best > limits.peak else { continue }
            limits.peak = flops / outcome.best
            peakRun = (flops, contestant.run)
        }
        // Below this a triad is over before the launch has paid for itself.
        for (name, capacity, bytes) in [("L3", 32 << 20, 12 << 20), ("DRAM", Int.max, 192 << 20)] {
            let usable = min(bytes, context.device.largestAllocation)
            let (moved, contestant) = try triad(usable)
            let outcome = try takeTurns([contestant], schedule, shouldStop: shouldStop)[0]
            found(.init("triad", name, .gigabytes, moved, outcome))
            limits.levels.append(.init(name: name, capacity: capacity, bandwidth: outcome.problem == nil ? moved / outcome.best : 0))
        }
        let launch = try nothing()
        let single = Contestant(name: "enqueue and finish") { count in
            for _ in 0..<count {
                try self.context.enqueue(launch)
                try self.context.finish()
            }
        }
        let hundred = Contestant(name: "100 in order") { count in
            for _ in 0..<count {
                for _ in 0..<100 { try self.context.enqueue(launch) }
                try self.context.finish()
            }
        }
        let outcomes = try takeTurns([single, hundred], schedule, shouldStop: shouldStop)
        found(.init("launch", "enqueue and finish", .microseconds, 1, outcomes[0]))
        let each = Outcome(outcomes[1].name, seconds: outcomes[1].seconds.map { $0 / 100 }, problem: outcomes[1].problem)
        limits.launch = each.best
        found(.init("launch", "each of 100 in order", .microseconds, 1, each))
    }

    /// Looks at the peak again and keeps the higher: a shared machine may have been slow when it was measured first.
    func refresh() throws {
        guard let peakRun else { return }
        let clock = ContinuousClock()
        for _ in 0..<3 { limits.peak = max(limits.peak, peakRun.flops / (try clock.measure { try peakRun.run(1) }).inSeconds) }
    }

    private var groupSize: Int { kind == .cpu ? 1 : min(256, context.device.largestWorkGroup) }

    private func chains(_ width: Int) throws(DeviceError) -> (flops: Double, Contestant) {
        let items = kind == .cpu ? 4 * context.device.computeUnits : 16 * groupSize * context.device.computeUnits
        let steps = kind == .cpu ? 20000 : 2000
        let result = try context.makeBuffer(byteCount: 8 * width * items, purpose: "the ends of chains")
        let kernel = try program(width).kernel("chains", [
            .buffer(result), .float(MARTLET_CHAIN_START), .float(0), .float(MARTLET_CHAIN_FACTOR), .float(MARTLET_CHAIN_TERM),
            .uint32(UInt32(steps)),
        ])
        let launch = OpenCLLaunch(kernel, global: NDRange(items), local: NDRange(groupSize))
        let expected = chainEnd(steps)
        let context = self.context
        let contestant = Contestant(
            name: "float\(width)",
            prepare: { try result.fill([0xFF]) },
            run: { count in
                for _ in 0..<count { try context.enqueue(launch) }
                try context.finish()
            },
            check: { _ in
                let ends = try result.read(UInt32.self, count: 2 * width * items).map(Float.init(bitPattern:))
                return ends.first { $0 != expected }.map { "a chain ends with \($0), not with \(expected)" }
            })
        return (Double(2 * 12 * width) * Double(steps) * Double(items), contestant)
    }

    /// Over three arrays of so many bytes together.
    private func triad(_ bytes: Int) throws(DeviceError) -> (bytes: Double, Contestant) {
        let width = kind == .cpu ? 16 : 4
        let items = kind == .cpu ? 8 * context.device.computeUnits : 16 * groupSize * context.device.computeUnits
        let perItem = max(1, bytes / 12 / width / items)
        let count = perItem * items * width
        var arrays: [OpenCLBuffer] = []
        for name in ["a", "b", "c"] { arrays.append(try context.makeBuffer(byteCount: 4 * count, purpose: "the triad's \(name)")) }
        try arrays[1].write((0..<count).map { Float($0 % 1021) })
        try arrays[2].write((0..<count).map { Float($0 % 509) })
        let kernel = try program(width).kernel(
            "triad", arrays.map { .buffer($0) } + [.float(0.5), .uint32(UInt32(perItem)), .uint32(kind == .cpu ? 1 : 0)])
        let launch = OpenCLLaunch(kernel, global: NDRange(items), local: NDRange(groupSize))
        let (context, result) = (self.context, arrays[0])
        let contestant = Contestant(
            name: "triad",
            prepare: { try result.fill([0xFF]) },
            run: { launches in
                for _ in 0..<launches { try context.enqueue(launch) }
                try context.finish()
            },
            check: { _ in
                for index in [0, count / 2, count - 1] {
                    let value = Float(bitPattern: try result.read(UInt32.self, count: 1, at: 4 * index)[0])
                    let expected = (0.5 as Float) * Float(index % 509) + Float(index % 1021)
                    if value != expected { return "element \(index) is \(value), not \(expected)" }
                }
                return nil
            })
        return (12 * Double(count), contestant)
    }

    private func nothing() throws(DeviceError) -> OpenCLLaunch {
        let buffer = try context.makeBuffer(byteCount: 64, purpose: "a launch that does nothing")
        return OpenCLLaunch(try program(1).kernel("nothing", [.buffer(buffer)]), global: NDRange(1), local: NDRange(1))
    }

    private func program(_ width: Int) throws(DeviceError) -> OpenCLProgram {
        try OpenCLProgram(
            context, name: "limits.cl", source: try OpenCLProgram.kernelText("limits.cl"), options: context.device.buildOptions + " -D MARTLET_WIDTH=\(width)")
    }
}
