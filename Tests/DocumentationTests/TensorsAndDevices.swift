import MartletCompute
import Testing

@Suite struct TensorsAndDevices {
    @Test func program() async throws {
        let device = try ComputeDevice(.auto)
        print("\(device.name), \(device.reason)")
        let a = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], on: device)
        let b = try Tensor.normal([3, 4], seed: 1, on: device)
        let c = try Tensor.zeros([4], on: device)
        let y = try ((a • b) + c).relu()
        print(y, try y.floats())

        do {
            _ = try a + Tensor.zeros([4, 4], on: device)
        } catch {
            print(error)  // add: expected shapes that broadcast to each other …, found 2x3 and 4x4
        }

        let layer = compile { (x: Tensor, w: Tensor) throws(ComputeError) in try (x • w).relu() }
        print(try layer(a, b).shape)

        let slope = gradient { (w: Tensor) throws(ComputeError) in try ((a • w) - 1).square().mean() }
        let step = compile { (w: Tensor) throws(ComputeError) in try w - 0.01 * slope(w) }
        var w = b
        for _ in 0..<100 { w = try step(w) }

        let images = try Tensor.uniform([2, 3, 8, 8], seed: 2, on: device).channelsLast()
        let kernels = try Tensor.normal([3, 3, 3, 16], seed: 3, on: device)
        let features = try images.conv2D(kernels, padding: .same).relu().maxPool2D(2).globalAveragePool2D()
        print(features.shape)  // 2x16

        #expect(y.shape == [2, 4])
        #expect(try ((a • w) - 1).square().mean().item() < ((a • b) - 1).square().mean().item())
        #expect(features.shape == [2, 16])

        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
        memory.initializeMemory(as: Float.self, repeating: 2)
        let address = Int(bitPattern: memory.baseAddress)
        let shared = try Tensor.sharing(memory, TensorType([32, 32]), on: device) {
            UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
        }
        print(try shared.sum().item())  // 2048

        let devices = [try ComputeDevice(.cpu, threads: 1), try ComputeDevice(.cpu, threads: 2)]
        let sums = try await withThrowingTaskGroup(of: Float.self) { group in
            for device in devices {
                group.addTask { try Tensor.uniform([1000], seed: 7, on: device).sum().item() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        print(sums[0] == sums[1])

        #expect(sums[0] == sums[1])
        try device.close()
    }
}
