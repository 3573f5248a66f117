import MartletBackend
import MartletCore
import MartletCPU
import MartletOps
import Testing

/// What the device promises beside the operations.
@Suite struct DeviceTests {
    @Test func namesSayThreads() throws {
        let device = try CPUDevice(threads: 2, variant: "baseline")
        #expect(device.name == "CPU (no SIMD: slow, 2 threads)")
        #expect(device.backend == "cpu")
        #expect(try CPUDevice(threads: 1).name.hasSuffix(", 1 thread)"))
        #expect(try CPUDevice().threads >= 1)
    }

    @Test(arguments: [0, -1, .min, 1_000_000, .max])
    func absurdNumbersOfThreadsAreRefused(threads: Int) {
        #expect { try CPUDevice(threads: threads) } throws: { error in
            if case DeviceError.badSelection(let text) = error { text.contains("\(threads)") } else { false }
        }
    }

    @Test func unknownVariantsAreRefused() {
        #expect { try CPUDevice(threads: 1, variant: "mmx") } throws: { error in
            if case DeviceError.badSelection(let text) = error { text.contains("mmx") } else { false }
        }
    }

    @Test func memoryIsZeroedAndTyped() throws {
        let device = try CPUDevice(threads: 1)
        for dtype in [DType.float32, .int32, .uint8] {
            let buffer = try device.makeBuffer(dtype, count: 1000, purpose: "a test")
            #expect(buffer.dtype == dtype && buffer.count == 1000)
            #expect(try buffer.read(TensorType([1000], dtype), at: 0) == HostArray(zeros: TensorType([1000], dtype)))
        }
        #expect(try device.makeBuffer(.float32, count: 0, purpose: "nothing").count == 0)
    }

    /// Asking for the whole machine, twice, must be an error with its purpose rather than the end of the process.
    @Test func whatCannotBeHeldIsRefused() throws {
        let device = try CPUDevice(threads: 1)
        for count in [device.largestBuffer / 4 * 2, Int.max / 4, Int.max] {
            #expect { try device.makeBuffer(.float32, count: count, purpose: "the moon") } throws: { error in
                if case DeviceError.outOfMemory("the moon", _, _) = error { true } else { false }
            }
        }
    }

    /// A pointwise result may take over the memory of an operand, whatever the shape.
    @Test(arguments: [[7], [33, 7], [5, 3, 7], [70, 1100]] as [Shape])
    func resultsMayTakeOverAnOperand(shape: Shape) throws {
        let device = try CPUDevice(threads: 3)
        let narrow = TensorType(Shape(shape.extents.enumerated().map { $0 == 1 ? 1 : $1 }))
        let expression = Expression { e in
            e.apply(.add, e.apply(.multiply, e.operand(0), e.operand(1)), e.apply(.add, e.operand(0), e.uniform(stream: 1)))
        }
        let values = (0..<shape.elementCount).map { Float($0 % 97) / 8 - 5 }
        let factors = (0..<narrow.elementCount).map { Float($0 % 13) - 6 }
        func results(inPlace: Bool) throws -> [Float] {
            let buffers = try [shape.elementCount, narrow.elementCount, shape.elementCount].map {
                try device.makeBuffer(.float32, count: $0, purpose: "a test")
            }
            try buffers[0].write(HostArray(shape, values), at: 0)
            try buffers[1].write(HostArray(narrow.shape, factors), at: 0)
            let result = inPlace ? 0 : 2
            let launch = Launch(
                Pointwise(expression), [Slot(.external(0), TensorType(shape)), Slot(.external(1), narrow)],
                [Slot(.external(result), TensorType(shape))], label: "in place")
            let regions = Dictionary(uniqueKeysWithValues: buffers.enumerated().map { (Region.external($0), $1) })
            try device.prepare(Program([launch]), regions: regions).run(StepParameters(seed: 1))
            return try buffers[result].read(TensorType(shape), at: 0).floats
        }
        #expect(try results(inPlace: true) == results(inPlace: false))
    }

    /// The executable keeps buffers and device alive, and reads each step's own parameters.
    @Test func executablesOutliveTheirDevice() throws {
        func prepare() throws -> (any Executable, any Buffer) {
            let device = try CPUDevice(threads: 2)
            let buffer = try device.makeBuffer(.float32, count: 5000, purpose: "a test")
            let launch = Launch(
                Pointwise(Expression { $0.uniform(stream: 0) }, shape: [5000]), [], [Slot(.outputs, TensorType([5000]))], label: "")
            return (try device.prepare(Program([launch]), regions: [.outputs: buffer]), buffer)
        }
        let (executable, buffer) = try prepare()
        let drawn = try (0..<3).map { number in
            var step = StepParameters(seed: 3)
            step.step = UInt32(number % 2)
            try executable.run(step)
            return try buffer.read(TensorType([5000]), at: 0).floats
        }
        #expect(drawn[0] == drawn[2] && drawn[0] != drawn[1])
    }

    /// Threads that share a device, and even an executable, take turns.
    @Test func threadsTakeTurns() async throws {
        let device = try CPUDevice(threads: 3)
        let (rows, inner) = (64, 300)
        let left = HostArray([rows, inner], (0 ..< rows * inner).map { Float($0 % 31) / 16 - 1 })
        let types = [TensorType([rows, inner]), TensorType([rows, inner]), TensorType([rows, rows])]
        func prepare() throws -> (any Executable, any Buffer) {
            let buffers = try types.map { try device.makeBuffer(.float32, count: $0.elementCount, purpose: "a test") }
            for buffer in buffers.prefix(2) { try buffer.write(left, at: 0) }
            let slots = types.enumerated().map { Slot(.external($0), $1) }
            let launch = Launch(
                Matmul(transposeB: true, epilogue: Expression(.tanh)), Array(slots.prefix(2)), [slots[2]], label: "")
            let regions = Dictionary(uniqueKeysWithValues: buffers.enumerated().map { (Region.external($0), $1) })
            return (try device.prepare(Program([launch]), regions: regions), buffers[2])
        }
        let (first, result) = try prepare()
        try first.run(StepParameters())
        let expected = try result.read(types[2], at: 0)
        let (second, other) = try prepare()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for executable in [first, second, first, second] {
                group.addTask { for _ in 0..<50 { try executable.run(StepParameters()) } }
            }
            try await group.waitForAll()
        }
        #expect(try result.read(types[2], at: 0) == expected && other.read(types[2], at: 0) == expected)
    }
}
