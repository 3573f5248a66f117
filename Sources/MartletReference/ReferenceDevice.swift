import MartletBackend
import MartletCore
import MartletOps
import Synchronization

/// The Float64 oracle: every launch runs the operation's own formula, in order, slowly. Not a backend to train on.
public final class ReferenceDevice: Device {
    public let name = "Float64 reference"
    public let backend = "reference"
    public let largestBuffer = 1 << 40

    public init() {}

    public func makeBuffer(_ dtype: DType, count: Int, purpose: String) -> any Buffer {
        ReferenceBuffer(dtype, count: count)
    }

    public func prepare(_ program: Program, regions: [Region: any Buffer]) -> any Executable {
        ReferenceExecutable(program, regions: regions.mapValues { buffer in
            guard let buffer = buffer as? ReferenceBuffer else { preconditionFailure("a buffer of another device") }
            return buffer
        })
    }

    public func finish() {}
}

/// Every element as a Double, whatever its type on a device.
final class ReferenceBuffer: Buffer {
    let dtype: DType
    let count: Int
    private let values: Mutex<[Double]>

    init(_ dtype: DType, count: Int) {
        self.dtype = dtype
        self.count = count
        values = Mutex(Array(repeating: 0, count: count))
    }

    func write(_ array: HostArray, at offset: Int) {
        let numbers = array.dtype == .float32 ? array.floats.map(Double.init) : array.integers.map(Double.init)
        store(numbers, at: offset)
    }

    func read(_ type: TensorType, at offset: Int) -> HostArray {
        let numbers = load(type, at: offset)
        switch type.dtype {
        case .float32: return HostArray(type.shape, numbers.map(Float.init))
        case .int32: return HostArray(type.shape, numbers.map { Int32($0) })
        case .uint8: return HostArray(type.shape, numbers.map { UInt8($0) })
        }
    }

    /// All bits set is -1 in the records that are filled with it.
    func fill(byte: UInt8) {
        values.withLock { $0 = Array(repeating: byte == 0xFF ? -1 : Double(byte), count: count) }
    }

    func load(_ type: TensorType, at offset: Int) -> [Double] {
        values.withLock { Array($0[offset ..< offset + type.elementCount]) }
    }
    func store(_ numbers: [Double], at offset: Int) {
        values.withLock { $0.replaceSubrange(offset ..< offset + numbers.count, with: numbers) }
    }
}

final class ReferenceExecutable: Executable {
    private let program: Program
    private let regions: [Region: ReferenceBuffer]

    init(_ program: Program, regions: [Region: ReferenceBuffer]) {
        self.program = program
        self.regions = regions
    }

    func finish() {}

    func run(_ step: StepParameters) { _ = runTimed(step) }

    func runTimed(_ step: StepParameters) -> [LaunchSpan] {
        program.launches.map { launch in
            let start = HostClock.nanoseconds
            let operands = launch.operands.map { OracleTensor($0.type, regions[$0.region]!.load($0.type, at: $0.offset)) }
            var results = launch.results.map { OracleTensor($0.type, regions[$0.region]!.load($0.type, at: $0.offset)) }
            launch.operation.evaluate(operands, into: &results, step: step)
            for (slot, result) in zip(launch.results, results) { regions[slot.region]!.store(result.values, at: slot.offset) }
            return LaunchSpan(start: start, end: HostClock.nanoseconds)
        }
    }
}
