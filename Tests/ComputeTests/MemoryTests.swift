import CTestSupport
import MartletCPU
import MartletCompute
import MartletOpenCL
import Testing

@Suite struct MemoryTests {
    @Test func tenThousandOperationsLeaveMemoryAsItWas() throws {
        for device in try openDevices() {
            let x = try Tensor.normal([10, 10], seed: 1, on: device)
            func work(_ count: Int) throws {
                for step in 0..<count {
                    var y = try x + Float(step % 7)
                    for _ in 0..<4 { y = try (y * 0.5).relu() }
                    try y.evaluate()
                }
            }
            try work(50)
            try device.synchronize()
            let (before, heap) = (device.memoryUsage, martlet_heap_bytes())
            let counts = device.evaluationCounts
            try work(1200)
            try device.synchronize()
            #expect(device.memoryUsage == before, "no buffer was made, none is held that was not")
            #expect(device.evaluationCounts - counts == EvaluationCounts(evaluations: 1200, launches: 1200, plans: 0))
            #expect(martlet_heap_bytes() - heap < 256 << 10)
        }
    }

    @Test func tensorsMayGoInAnyOrder() throws {
        for device in try openDevices() {
            device.trim()
            let start = device.memoryUsage
            var tensors = try (0..<20).map { try Tensor.full([100 + $0], Float($0), on: device) }
            tensors += try tensors.map { try $0 + 1 }
            try device.evaluate(tensors)
            var order = SystemRandomNumberGenerator()
            tensors.shuffle(using: &order)
            while let tensor = tensors.popLast() {
                #expect(tensor.elementCount >= 100)
            }
            let end = device.memoryUsage
            // The scalars that were operands are kept.
            #expect(end.heldBytes - start.heldBytes <= 21 * 256)
            device.trim()
            #expect(device.memoryUsage.idleBytes == 0)
        }
    }

    @Test func whatIsHeldIsComputedOnceAndWhatIsNotIsFused() throws {
        for device in try openDevices() {
            let x = try Tensor([1, 2], on: device)
            let counts = device.evaluationCounts
            let kept = try x + 1
            let a = try kept * 2
            let b = try kept * 3
            #expect(try a.floats() == [4, 6] && b.floats() == [6, 9] && kept.floats() == [2, 3])
            // One plan for `a`, which leaves `kept` too; one for `b`.
            #expect((device.evaluationCounts - counts).evaluations == 2)
        }
    }

    @Test func longChainsAreRunInPieces() throws {
        for device in try openDevices() {
            var x = try Tensor([1], on: device)
            for _ in 0..<1000 { x = try x + 1 }
            #expect(device.evaluationCounts.evaluations >= 3, "not all thousand wait")
            #expect(try x.item() == 1001)
            var y = try Tensor([1], on: device)
            for _ in 0..<60 { y = try (y + y) * 0.5 }
            #expect(try y.item() == 1)
        }
    }

    @Test func aClosedDevice() throws {
        for device in try openDevices() {
            let x = try Tensor([1, 2], on: device)
            let pending = try x + 1
            try device.close()
            try device.close()
            #expect(device.isClosed && device.memoryUsage.heldBytes == 0 && device.memoryUsage.idleBytes == 0)
            for body: () throws -> Void in [
                { _ = try x.floats() }, { _ = try pending.floats() }, { _ = try x + x }, { _ = try x.relu() },
                { _ = try x.sum() }, { try device.synchronize() }, { _ = try Tensor([1], on: device) },
                { _ = try Tensor.zeros([1], on: device) }, { _ = try Tensor.uniform([1], seed: 1, on: device) },
            ] {
                let error = #expect(throws: ComputeError.self) { try body() }
                #expect(error == .closed(device: device.name))
            }
        }
    }

    @Test func mixedDevicesAndBadShapesAreErrorsThatSaySo() throws {
        let (first, second) = (try ComputeDevice(.cpu, threads: 1), try ComputeDevice(.cpu, threads: 2))
        let a = try Tensor([1, 2, 3], on: first)
        let b = try Tensor([1, 2, 3], on: second)
        #expect(throws: ComputeError.differentDevices(operation: "add", first: first.name, second: second.name)) { try a + b }
        #expect(throws: ComputeError.self) { try a.reshape([3, 1]) • b.reshape([1, 3]) }
        #expect(throws: ComputeError.self) { try first.evaluate([a, b]) }
        #expect(try (a + b.copy(to: first)).floats() == [2, 4, 6])

        func message(_ body: () throws -> Void) -> String {
            #expect(throws: ComputeError.self) { try body() }?.description ?? ""
        }
        let matrix = try Tensor.zeros([3, 4], on: first)
        #expect(message { _ = try matrix + a } == "add: expected shapes that broadcast to each other for add($0, $1), found 3x4 and 3")
        #expect(message { _ = try matrix.sum(axes: [5]) }.contains("sum: expected an axis 5, found 3x4"))
        #expect(message { _ = try matrix[0..<9] }.contains("slice: expected"))
        #expect(message { _ = try matrix.reshape([5]) }.contains("reshape: expected"))
        #expect(message { _ = try matrix • matrix }.contains("matmul: expected"))
        #expect(message { _ = try Tensor([1, 2], shape: [3], on: first) }.contains("expected as many elements as the shape 3 has, found 2"))
        #expect(message { _ = try matrix.item() }.contains("one element"))
        #expect(message { _ = try matrix.integers() }.contains("a tensor of int32, found float32"))
        #expect(message { _ = try matrix.activation("rleu") }.contains("relu"))
        #expect(message { _ = try Tensor.zeros([1 << 20, 1 << 20], on: first) }.contains("2^31"))
        #expect(message { _ = try Tensor.concat([]) }.contains("at least one tensor"))
        #expect(message { _ = try matrix.dropout(rate: 1, seed: 0) }.contains("rate"))
    }

    @Test func plansDoNotDependOnNumbers() throws {
        for device in try openDevices() {
            let x = try Tensor([1, 2], on: device)
            let counts = device.evaluationCounts
            for step in 0..<20 { #expect(try (x * Float(step) + 1).floats() == [Float(step) + 1, Float(2 * step) + 1]) }
            #expect((device.evaluationCounts - counts).plans == 1)
        }
    }

    @Test func aReplayEnqueuesItsLaunchesAndLittleElse() throws {
        guard let info = OpenCLInventory.survey().devices.first(where: \.usable) else { return }
        let device = ComputeDevice(try OpenCLDevice(info, deviceClass: .cpu))
        // A narrower factor would be packed by a kernel of its own.
        let x = try Tensor.normal([16, 16], seed: 1, on: device)
        for _ in 0..<3 { try ((x • x) + 1).relu().evaluate() }
        try device.synchronize()
        let before = OpenCLCounts.thisThread
        for _ in 0..<10 { try ((x • x) + 1).relu().evaluate() }
        let counts = OpenCLCounts.thisThread - before
        // Besides the launch the parameters of the step; the bound on runs in flight is all that waits.
        #expect(counts.enqueues == 20 && counts.allocations == 0)
        #expect(counts.arguments == 0, "the pool gives the same memory again")
        #expect(counts.blocking <= 10)
    }
}
