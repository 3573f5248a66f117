import CTestSupport
import MartletCompute
import MartletOpenCL
import Synchronization
import Testing

@Suite struct InteropTests {
    @Test func memoryOfTheHostIsUsedWhereItLies() throws {
        for device in try openDevices() {
            let released = Counter()
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
            defer { memory.deallocate() }
            for i in 0..<1024 { memory.storeBytes(of: Float(i), toByteOffset: 4 * i, as: Float.self) }
            let before = device.memoryUsage
            do {
                let x = try Tensor.sharing(memory, TensorType([1024]), on: device) { released.increment() }
                #expect(released.value == 0, "\(device.name) shares the host's memory")
                #expect(device.memoryUsage.allocations == before.allocations, "no buffer was made")
                let y = try x.reshape([4, 256]).sum(axes: [1])
                #expect(try y.floats() == [32640, 98176, 163712, 229248])
                _ = try (x + 1).evaluate()
            }
            #expect(released.value == 1)
            // An address in between: the CPU path takes it, another device copies. Either way it is let go once.
            let part = UnsafeMutableRawBufferPointer(rebasing: memory[4..<44])
            do {
                let x = try Tensor.sharing(part, TensorType([10]), on: device) { released.increment() }
                #expect(try x.floats() == (1...10).map(Float.init))
            }
            #expect(released.value == 2)
            #expect(throws: ComputeError.self) {
                try Tensor.sharing(part, TensorType([11]), on: device) { released.increment() }
            }
            #expect(released.value == 3)
            let copy = try Tensor(copying: UnsafeRawBufferPointer(part), TensorType([2, 5]), on: device)
            var values = [Float](repeating: 0, count: 10)
            try values.withUnsafeMutableBytes { try copy.copyElements(to: $0) }
            #expect(values == (1...10).map(Float.init))
        }
    }

    @Test func aContextOfSomebodyElse() throws {
        guard let info = OpenCLInventory.survey().devices.first(where: \.usable) else { return }
        // Made with raw calls, as a program that has OpenCL already does it.
        let raw = try #require(raw_opencl_create(Int32(info.platformIndex), Int32(info.deviceIndex), 0))
        defer { raw_opencl_destroy(raw) }
        let device = try ComputeDevice.adopting(context: raw_opencl_context(raw), queue: raw_opencl_queue(raw))
        #expect(device.openCLContext == raw_opencl_context(raw) && device.openCLQueue == raw_opencl_queue(raw))
        let memory = try #require(raw_opencl_buffer(raw, [1, 2, 3, 4], 4))
        defer { raw_opencl_release(memory) }
        let x = try Tensor.wrapping(openCLMemory: memory, TensorType([2, 2]), on: device)
        let y = try (x • x) + 1
        #expect(try y.floats() == [8, 11, 16, 23])
        let (result, event) = try y.openCLMemory()
        try event.wait()
        var values = [Float](repeating: 0, count: 4)
        #expect(raw_opencl_read(raw, result, &values, 4) == 0)
        #expect(values == [8, 11, 16, 23])
        let (given, _) = try x.openCLMemory()
        #expect(given == memory, "no copy")
        try device.wait(for: event.raw)
        #expect(throws: ComputeError.self) { try Tensor.wrapping(openCLMemory: memory, TensorType([5]), on: device) }
        let other = ComputeDevice(try OpenCLDevice(info))
        #expect(throws: ComputeError.self) { try Tensor.wrapping(openCLMemory: memory, TensorType([4]), on: other) }
        #expect(throws: ComputeError.self) { try y.copy(to: ComputeDevice(.cpu)).openCLMemory() }
    }

    @Test func aQueueOutOfOrderIsRefused() throws {
        guard let info = OpenCLInventory.survey().devices.first(where: \.usable),
            let raw = raw_opencl_create(Int32(info.platformIndex), Int32(info.deviceIndex), 1)
        else { return }
        defer { raw_opencl_destroy(raw) }
        let error = #expect(throws: ComputeError.self) {
            try ComputeDevice.adopting(context: raw_opencl_context(raw), queue: raw_opencl_queue(raw))
        }
        #expect(error?.description.contains("in-order") == true)
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.add(1, ordering: .relaxed) }
}
