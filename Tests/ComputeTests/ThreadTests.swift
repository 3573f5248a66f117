import MartletCPU
import MartletCompute
import MartletOpenCL
import Testing

/// Devices that work at once: kernels built, launched and released by two threads in two contexts.
@Suite struct ThreadTests {
    @Test func twoThreadsWithADeviceEach() async throws {
        let infos = OpenCLInventory.survey().devices.filter(\.usable)
        var pairs: [[ComputeDevice]] = [[try ComputeDevice(.cpu, threads: 1), try ComputeDevice(.cpu, threads: 2)]]
        if let info = infos.first {
            pairs.append([try ComputeDevice(.cpu), ComputeDevice(try OpenCLDevice(info))])
            pairs.append([ComputeDevice(try OpenCLDevice(info)), ComputeDevice(try OpenCLDevice(info))])
        }
        for pair in pairs {
            for round in 0..<3 {
                let sums = try await withThrowingTaskGroup(of: [Float].self) { group in
                    for device in pair { group.addTask { try work(on: device, round) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(sums.count == 2 && sameBits(sums[0], sums[1]))
            }
            for device in pair { try device.close() }
        }
    }

    @Test func twoThreadsWithOneDevice() async throws {
        for device in try openDevices() {
            let x = try Tensor.normal([64, 64], seed: 1, on: device)
            let pending = try (x • x).relu()
            let results = try await withThrowingTaskGroup(of: [Float].self) { group in
                for _ in 0..<4 { group.addTask { try (pending + 1).sum(axes: [1]).floats() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for result in results { #expect(sameBits(result, results[0])) }
        }
    }
}

/// Plans of many structures and shapes, each used a few times; kernels go when the plans do.
private func work(on device: ComputeDevice, _ round: Int) throws -> [Float] {
    var results: [Float] = []
    for size in 1...12 {
        let x = try Tensor.normal([size, 7], seed: UInt64(round), on: device)
        let y = try ((x • x.transpose()) + Float(size)).relu()
        let z = try y.softmax() * y.max(axes: [1], keepsAxes: true)
        for _ in 0..<3 { results.append(try z.sum().item()) }
        results += try z.sum(axes: [0]).floats()
        if size % 4 == 0 { device.forgetPlans() }
    }
    return results
}
