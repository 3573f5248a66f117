import MartletBackend
import MartletConformance
import MartletCore
import MartletOpenCL
import MartletOps
import Testing

/// Every sample of every operation, with the kernels for CPUs and those for GPUs, whatever the device is.
@Suite(withDevice) struct OperationTests {
    @Test(arguments: DeviceClass.allCases, everyOperation.types.map { OperationName($0) })
    func samplesAgreeWithTheOracle(_ deviceClass: DeviceClass, _ operation: OperationName) throws {
        let device = try open(deviceClass)
        for sample in operation.type.samples {
            if let found = try sample.checkAccuracy(on: device) { Issue.record("\(found)") }
        }
        // What a kernel calls is in OpenCL/builtins.h.
        #expect(device.context.takesBriefSources)
    }

    @Test(arguments: everyOperation.types.map { OperationName($0) })
    func bothKindsOfKernelsGiveTheSameBits(_ operation: OperationName) throws {
        let (cpu, gpu) = (try open(.cpu), try open(.gpu))
        for sample in operation.type.samples + moreSamples.filter({ type(of: $0.operation) == operation.type }) {
            if let found = try sample.checkParity(cpu, gpu) { Issue.record("\(found)") }
        }
    }

    @Test(arguments: DeviceClass.allCases) func shapesAtTheEdgesAgreeWithTheOracle(_ deviceClass: DeviceClass) throws {
        let device = try open(deviceClass)
        for sample in moreSamples {
            if let found = try sample.checkAccuracy(on: device) { Issue.record("\(found)") }
        }
    }

    @Test(arguments: DeviceClass.allCases) func aResultMayTakeItsOperandsPlace(_ deviceClass: DeviceClass) throws {
        let device = try open(deviceClass)
        let type = TensorType([37, 45])
        let values = (0 ..< type.elementCount).map { Float($0) - 500 }
        let buffer = try device.makeBuffer(.float32, count: type.elementCount, purpose: "a test")
        try buffer.write(HostArray(type.shape, values), at: 0)
        let slot = Slot(.workspace(0), type)
        let program = Program([Launch(Pointwise(Expression(.relu)), [slot], [slot], label: "relu")])
        try device.prepare(program, regions: [.workspace(0): buffer]).run(StepParameters())
        #expect(try buffer.read(type, at: 0).floats == values.map { max(0, $0) })
    }

    @Test(arguments: DeviceClass.allCases) func aReplayOnlyEnqueues(_ deviceClass: DeviceClass) throws {
        let device = try open(deviceClass)
        let slots = [[40, 300], [300, 50], [40, 50]].enumerated().map { Slot(.external($0), TensorType(Shape($1))) }
        var regions: [Region: any Buffer] = [:]
        for slot in slots {
            regions[slot.region] = try device.makeBuffer(.float32, count: slot.type.elementCount, purpose: "a test")
        }
        let program = Program([Launch(Matmul(), [slots[0], slots[1]], [slots[2]], label: "product")])
        let executable = try device.prepare(program, regions: regions)
        try executable.run(StepParameters())
        try device.finish()
        let before = OpenCLCounts.thisThread
        for _ in 0..<3 { try executable.run(StepParameters()) }
        let counts = OpenCLCounts.thisThread - before
        #expect(counts.arguments == 0 && counts.allocations == 0 && counts.blocking == 0)
        #expect(counts.enqueues > 0)
        try device.finish()
    }

    @Test func programsAreShared() throws {
        let device = try OpenCLDevice(#require(testDevice))
        func prepare(_ rows: Int) throws -> OpenCLExecutable {
            let slot = Slot(.workspace(0), TensorType([rows, 10]))
            let buffer = try device.makeBuffer(.float32, count: rows * 10, purpose: "a test")
            let program = Program([Launch(Pointwise(Expression(.exp)), [slot], [slot], label: "exp")])
            return try #require(try device.prepare(program, regions: [.workspace(0): buffer]) as? OpenCLExecutable)
        }
        let (small, large) = (try prepare(3), try prepare(300))
        #expect(small.launches[0].kernel.program === large.launches[0].kernel.program)
    }
}

/// One device of each class for all tests, so that programs are built once.
private let opened: [DeviceClass: Result<OpenCLDevice, any Error>] = Dictionary(
    uniqueKeysWithValues: DeviceClass.allCases.map { deviceClass in
        (deviceClass, Result { try OpenCLDevice(#require(testDevice), deviceClass: deviceClass) })
    })

private func open(_ deviceClass: DeviceClass) throws -> OpenCLDevice { try opened[deviceClass]!.get() }

/// A row of the table, shown by its name.
struct OperationName: Sendable, CustomTestStringConvertible {
    let type: any Operation.Type
    init(_ type: any Operation.Type) { self.type = type }
    var testDescription: String { type.name }
}

/// What the table's samples leave out: products of nothing, tiles that end early, several segments, long rows.
private let moreSamples: [Sample] = {
    var samples: [Sample] = []
    let scaled = Expression { e in e.apply(.multiplyAdd, e.operand(0), e.operand(1), e.operand(2)) }
    for (m, n, k) in [(3, 5, 0), (1, 1, 4099), (1, 100, 600), (2, 70, 40), (4, 65, 300), (16, 47, 256), (40, 33, 300), (100, 48, 1500)] {
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            samples.append(Sample(
                "\(m)x\(n)x\(k) \(transposeA) \(transposeB) by row and column",
                Matmul(transposeA: transposeA, transposeB: transposeB, epilogue: scaled),
                [
                    TensorType(transposeA ? [k, m] : [m, k]), TensorType(transposeB ? [n, k] : [k, n]), TensorType([m, 1]),
                    TensorType([1, n]),
                ], tolerance: 2e-5))
        }
    }
    for (rows, columns) in [(0, 5), (3, 0), (2, 70_000), (3000, 40)] {
        for kind in [Reduce.Kind.sum, .mean] where columns > 0 || kind == .sum {
            samples.append(Sample("\(kind) \(rows)x\(columns)", Reduce(kind, axes: 1..<2), [TensorType([rows, columns])]))
        }
        if rows > 0 {
            samples.append(Sample("columns of \(rows)x\(columns)", Reduce(.mean, axes: 0..<1), [TensorType([rows, columns])]))
        }
    }
    let noise = Expression { e in e.apply(.multiply, e.operand(0), e.normal(stream: 9)) }
    samples.append(Sample("noise by columns", Reduce(.sum, axes: 0..<1, prologue: noise), [TensorType([70, 37])]))
    samples.append(Sample("noise by rows", Reduce(.sum, axes: 1..<2, prologue: noise), [TensorType([5, 2050])]))
    samples.append(Sample("noise", Matmul(epilogue: noise), [TensorType([13, 9]), TensorType([9, 21])]))
    samples.append(Sample(
        "65x3000", SoftmaxCrossEntropy(), [TensorType([65, 3000]), TensorType([65], .int32)], [.normal, .integers(3000)]))
    samples.append(Sample(
        "labels out of range", SoftmaxCrossEntropy(), [TensorType([9, 7]), TensorType([9], .int32)], [.normal, .integers(12)]))
    return samples
}()
