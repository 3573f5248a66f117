import MartletBackend
import MartletOpenCL
import Testing

@Suite(withDevice) struct ReplayTests {
    /// As large as `martlet_step`, and as plain.
    private struct Step: BitwiseCopyable {
        var step: UInt32 = 0
        var rest: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
            UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    }

    /// A plan of two launches, the second of which reads what the first wrote: sum += 3 * step.
    private struct Plan {
        let replay: Replay
        let sum: OpenCLBuffer

        init(depth: Int, _ variant: ReplayVariant = .calls) throws {
            let context = try openTestDevice()
            let program = try OpenCLProgram(
                context, name: "replay.cl",
                source: """
                    kernel void triple(global const uint* step, global uint* value) { value[0] = 3 * step[0]; }
                    kernel void add(global const uint* value, global uint* sum) { sum[0] += value[0]; }
                    """, cache: .off)
            let step = try context.makeBuffer(byteCount: MemoryLayout<Step>.size, purpose: "step parameters")
            let value = try context.makeBuffer(byteCount: 4, purpose: "a value")
            sum = try context.makeBuffer(byteCount: 4, purpose: "the sum")
            try sum.fill()
            let one = NDRange(1)
            replay = Replay(
                [
                    OpenCLLaunch(try program.kernel("triple", [.buffer(step), .buffer(value)]), global: one, local: one),
                    OpenCLLaunch(try program.kernel("add", [.buffer(value), .buffer(sum)]), global: one, local: one),
                ], parameters: step, depth: depth, variant: variant)
        }
    }

    @Test(arguments: [1, 2, 4, 7], ReplayVariant.all) func everyStepHasItsOwnParameters(depth: Int, variant: ReplayVariant) throws {
        let plan = try Plan(depth: depth, variant)
        for step in 1...100 { try plan.replay.enqueue(Step(step: UInt32(step))) }
        try plan.replay.finish()
        #expect(try plan.sum.read(UInt32.self, count: 1) == [3 * 5050])
    }

    @Test(arguments: ReplayVariant.all) func aStepSetsNothingAllocatesNothingAndWaitsOnce(variant: ReplayVariant) throws {
        let plan = try Plan(depth: 4, variant)
        for _ in 0..<8 { try plan.replay.enqueue(Step()) }
        for _ in 0..<10 {
            let before = OpenCLCounts.thisThread
            try plan.replay.enqueue(Step())
            let used = OpenCLCounts.thisThread - before
            #expect(used.arguments == 0)
            #expect(used.allocations == 0)
            #expect(used.blocking == 1)
            // The parameters, and two launches or what the driver recorded of both.
            #expect(used.enqueues == (plan.replay.variant == .commandBuffer ? 2 : 3))
        }
        let before = OpenCLCounts.thisThread
        try plan.replay.finish()
        #expect((OpenCLCounts.thisThread - before).blocking == 4)
    }

    @Test func theFirstStepsDoNotWait() throws {
        let plan = try Plan(depth: 4)
        let before = OpenCLCounts.thisThread
        for _ in 0..<4 { try plan.replay.enqueue(Step()) }
        #expect((OpenCLCounts.thisThread - before).blocking == 0)
    }

    @Test func launchesAreRecordedWhereTheDeviceCan() throws {
        let canRecord = try openTestDevice().device.extensions.contains("cl_khr_command_buffer")
        #expect(try Plan(depth: 2, .commandBuffer).replay.variant == (canRecord ? .commandBuffer : .calls))
        #expect(try Plan(depth: 2).replay.variant == .calls)
    }

    @Test(arguments: ReplayVariant.all) func aReplayMayGoWhileStepsAreInFlight(variant: ReplayVariant) throws {
        let sum = try {
            let plan = try Plan(depth: 4, variant)
            for step in 1...6 { try plan.replay.enqueue(Step(step: UInt32(step))) }
            return plan.sum
        }()
        #expect(try sum.read(UInt32.self, count: 1) == [3 * 21])
    }

    @Test(arguments: ReplayVariant.all) func stepsMayComeFromSeveralThreads(variant: ReplayVariant) async throws {
        let plan = try Plan(depth: 3, variant)
        let replay = plan.replay
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<4 {
                group.addTask { for step in 1...50 { try replay.enqueue(Step(step: UInt32(thread * 50 + step))) } }
            }
            try await group.waitForAll()
        }
        #expect(try plan.sum.read(UInt32.self, count: 1) == [3 * 200 * 201 / 2])
    }

    @Test func aReplayWithoutLaunchesIsAWrite() throws {
        let context = try openTestDevice()
        let step = try context.makeBuffer(byteCount: 128, purpose: "step parameters")
        let replay = Replay([], parameters: step, depth: 2)
        for value in 0..<5 { try replay.enqueue(Step(step: UInt32(value))) }
        #expect(try step.read(UInt32.self, count: 1) == [4])
    }

    /// What goes wrong is told, and told again: no step may follow one that was lost.
    @Test func afterAnErrorTheReplayIsOver() throws {
        let context = try openTestDevice()
        let program = try OpenCLProgram(
            context, name: "unset.cl", source: "kernel void unset(global int* out) { out[0] = 1; }", cache: .off)
        let step = try context.makeBuffer(byteCount: 128, purpose: "step parameters")
        let launch = OpenCLLaunch(try program.kernel("unset", []), global: NDRange(1))
        let replay = Replay([launch], parameters: step)
        let first = #expect(throws: DeviceError.self) { try replay.enqueue(Step()) }
        #expect("\(first!)".contains("launch 0 of the step: kernel unset over 1"))
        let second = #expect(throws: DeviceError.self) { try replay.enqueue(Step()) }
        #expect(first == second)
    }
}
