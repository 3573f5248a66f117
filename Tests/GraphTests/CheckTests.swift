import MartletBackend
import MartletCPU
import MartletConformance
import MartletCore
import MartletOpenCL
import MartletOps
import TestSupport
import Testing

/// The checks themselves: a device that is wrong in one bit is found, and an operation that nothing checks is none.
@Suite struct CheckTests {
    static let cpu = CheckTarget("cpu", ConformanceTests.cpu[0])

    @Test func aFlippedBitIsFound() throws {
        let list = try #require(OperationList.every.only("matmul"))
        let reports = try checkParity(list, on: [Self.cpu, CheckTarget("wrong", FlippedDevice(ConformanceTests.cpu[0]))])
        #expect(reports.map(\.target) == ["cpu", "wrong"])
        #expect(reports[0].passes && reports[0].agreeing == Matmul.samples.count)
        #expect(!reports[1].passes && reports[1].agreeing == 0)
        #expect(reports[1].discrepancies[0].description.contains("on wrong"))
    }

    /// Kernels with other bits are quarantined, and released once they agree: each class, and each operation, by itself.
    @Test(.enabled(if: !ConformanceTests.openCL.isEmpty, "needs an OpenCL device"))
    func otherBitsAreQuarantined() throws {
        let info = ConformanceTests.openCL[0].context.device
        let folder = try TemporaryFolder()
        let cache = ProgramCache(directory: folder.path)
        let flipped = FlippedDevice(ConformanceTests.cpu[0])
        func check(_ name: String, _ gpu: any Device) throws -> [QuarantineUpdate] {
            let targets = [
                Self.cpu, CheckTarget("cpu kernels", Self.cpu.device, kernels: (info, .cpu)),
                CheckTarget("gpu kernels", gpu, kernels: (info, .gpu)),
            ]
            return try QuarantineUpdate.after(
                try checkParity(try #require(OperationList.every.only(name)), on: targets), on: targets, in: cache)
        }
        #expect(try check("matmul", Self.cpu.device).isEmpty)
        var update = try #require(try check("matmul", flipped).first)
        #expect(update.quarantine[.gpu] == ["matmul"] && update.quarantine[.cpu].isEmpty && update.path != nil)
        update = try #require(try check("gelu", flipped).first)
        #expect(update.quarantine[.gpu] == ["matmul", "pointwise"])
        // One function that agrees says nothing of the others.
        update = try #require(try check("relu", Self.cpu.device).first)
        #expect(update.quarantine[.gpu] == ["matmul", "pointwise"])
        #expect(Quarantine(of: info, in: cache) == update.quarantine)
        update = try #require(try check("matmul", Self.cpu.device).first)
        #expect(update.quarantine[.gpu] == ["pointwise"])
        update = try #require(try check("pointwise", Self.cpu.device).first)
        #expect(update.quarantine.isEmpty)
        #expect(try check("pointwise", Self.cpu.device).isEmpty)
    }

    @Test func equalDevicesPass() throws {
        let list = try #require(OperationList.every.only("gather"))
        for check in [checkParity, checkGradients] {
            let reports = try check(list, [Self.cpu, Self.cpu]) { _, _, _ in }
            #expect(!reports.isEmpty && reports.allSatisfy(\.passes))
        }
    }

    @Test func anOperationWithoutSamplesFails() throws {
        let list = OperationList(launched: [Unchecked.self], composites: [])
        #expect(list.withoutSamples == ["unchecked"])
        let reports = try checkParity(list, on: [Self.cpu])
        #expect(reports.contains { !$0.passes })
        #expect(OperationList.every.withoutSamples.isEmpty)
        #expect(OperationList.every.only("matmull") == nil)
    }

    @Test func supportAndTimesCoverTheTable() throws {
        let support = try checkSupport(.every, on: [Self.cpu])
        #expect(support.allSatisfy { $0.problem == nil })
        #expect(Set(support.map(\.operation)) == Set(OperationList.every.launched.map { $0.name }))
        let list = try #require(OperationList.every.only("reduce"))
        for timing in try measure(list, on: [Self.cpu], perOperation: 1) { #expect(timing.seconds > 0 && timing.gigabytes > 0) }
    }
}

/// An operation that somebody forgot to give samples.
private struct Unchecked: MartletOps.Operation {
    static let name = "unchecked"
    static let summary = Summary("nothing", order: "none")
    static let samples: [Sample] = []
    func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] { operands }
    func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {}
}

/// The CPU path with the lowest bit of every element wrong where it is read.
private final class FlippedDevice: Device {
    let name = "wrong"
    let backend = "cpu"
    let largestBuffer = Int.max
    private let device: CPUDevice

    init(_ device: CPUDevice) { self.device = device }

    func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        FlippedBuffer(try device.makeBuffer(dtype, count: count, purpose: purpose))
    }
    func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try device.prepare(program, regions: regions.mapValues { ($0 as! FlippedBuffer).buffer })
    }
    func finish() {}
}

private final class FlippedBuffer: Buffer {
    let buffer: any Buffer
    var dtype: DType { buffer.dtype }
    var count: Int { buffer.count }

    init(_ buffer: any Buffer) { self.buffer = buffer }

    func write(_ array: HostArray, at offset: Int) throws(DeviceError) { try buffer.write(array, at: offset) }
    func fill(byte: UInt8) throws(DeviceError) { try buffer.fill(byte: byte) }
    func read(_ type: TensorType, at offset: Int) throws(DeviceError) -> HostArray {
        let array = try buffer.read(type, at: offset)
        guard array.dtype == .float32 else { return array }
        return HostArray(type.shape, array.floats.map { Float(bitPattern: $0.bitPattern ^ 1) })
    }
}
