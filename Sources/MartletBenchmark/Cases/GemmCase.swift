import CMartletBenchmark
import MartletBackend
import MartletCore
import MartletOpenCL
import MartletOps

extension LaunchCase {
    /// A product, its sampled elements checked by naive chains, against oneDNN, OpenBLAS and CLBlast.
    static func gemm(_ shape: GemmShape, _ opponents: Opponents) throws -> LaunchCase {
        let operation = Matmul(transposeA: shape.transposeA, transposeB: shape.transposeB)
        let types = [
            TensorType(shape.transposeA ? [shape.inner, shape.rows] : [shape.rows, shape.inner]),
            TensorType(shape.transposeB ? [shape.columns, shape.inner] : [shape.inner, shape.columns]),
        ]
        var result = LaunchCase(
            .gemm, "gemm", shape.description, unit: .gigaflops, cost: operation.cost(types, try operation.resultTypes(types)),
            task: { try Workload(operation, types.enumerated().map { BenchmarkData.normal($1.shape, stream: $0) }) })
        if let label = shape.label, label != "\(shape.rows)" { result.shape += " (\(label))" }
        let expected = Remembered<[(index: Int, value: Float)]>()
        func elements(_ task: Workload) -> [(index: Int, value: Float)] {
            expected.value {
                let (a, b) = (task.operands[0].floats, task.operands[1].floats)
                return spread(over: shape.rows * shape.columns).map { index in
                    (index, Chain.product(shape, a, b, row: index / shape.columns, column: index % shape.columns))
                }
            }
        }
        result.verify = { firstWrong($1[0].floats, elements($0)) }
        result.rivals = { task, target in
            var rivals: [Contestant] = []
            if target.isProcessor {
                let memory = task.operands.map(AlignedFloats.init)
                for (opponent, sgemm) in [(Opponent.onednn, martlet_dnnl_sgemm), (.openblas, martlet_openblas_sgemm)]
                where opponents.has(opponent) {
                    rivals.append(processorRival(opponent, sgemm, shape, memory, { elements(task) }))
                }
            }
            if let device = target.device as? OpenCLDevice, opponents.has(.clblast) {
                rivals.append(try clblastRival(device, shape, task, { elements(task) }))
            }
            return rivals
        }
        return result
    }

    private static func processorRival(
        _ opponent: Opponent, _ sgemm: @escaping (UnsafePointer<martlet_opponent_product>?) -> Bool, _ shape: GemmShape,
        _ operands: [AlignedFloats], _ elements: @escaping () -> [(index: Int, value: Float)]
    ) -> Contestant {
        let result = AlignedFloats(count: shape.rows * shape.columns)
        var product = martlet_opponent_product(
            m: shape.rows, n: shape.columns, k: shape.inner, transpose_a: shape.transposeA, transpose_b: shape.transposeB,
            a: operands[0].values, b: operands[1].values, c: result.values)
        return Contestant(
            name: opponent.rawValue,
            run: { launches in
                // Its memory lives as long as the closure does.
                try withExtendedLifetime((operands, result)) {
                    for _ in 0..<launches where !sgemm(&product) { throw OpponentRefuses() }
                }
            },
            check: { _ in firstFar(result.values, elements(), terms: shape.inner) })
    }

    private static func clblastRival(
        _ device: OpenCLDevice, _ shape: GemmShape, _ task: Workload, _ elements: @escaping () -> [(index: Int, value: Float)]
    ) throws -> Contestant {
        var buffers: [OpenCLDeviceBuffer] = []
        for array in task.operands + [HostArray(zeros: TensorType([shape.rows, shape.columns]))] {
            guard let buffer = try device.makeBuffer(.float32, count: array.count, purpose: "CLBlast's operands") as? OpenCLDeviceBuffer else {
                throw OpponentRefuses(reason: "a buffer of \(device.name) has no OpenCL memory")
            }
            try buffer.write(array, at: 0)
            buffers.append(buffer)
        }
        let memory = buffers
        let pointers = memory.map { UnsafeMutableRawPointer($0.memory.raw) }
        let queue = UnsafeMutableRawPointer(device.context.rawQueue)
        let type = TensorType([shape.rows * shape.columns])
        return Contestant(
            name: Opponent.clblast.rawValue,
            run: { launches in
                for _ in 0..<launches {
                    let code = martlet_clblast_sgemm(
                        queue, shape.rows, shape.columns, shape.inner, shape.transposeA, shape.transposeB, pointers[0], 0,
                        pointers[1], 0, pointers[2], 0)
                    guard code == 0 else { throw OpponentRefuses(code: Int(code)) }
                }
                try device.finish()
            },
            check: { _ in
                try memory[2].read(type, at: 0).floats.withUnsafeBufferPointer { firstFar($0.baseAddress!, elements(), terms: shape.inner) }
            })
    }
}

/// An opponent's library says no.
struct OpponentRefuses: Error, CustomStringConvertible {
    var code: Int?
    var reason: String?
    var description: String { "it refuses" + (code.map { " with code \($0)" } ?? "") + (reason.map { ": \($0)" } ?? "") }
}

/// A value that is computed when it is first asked for.
final class Remembered<Value> {
    private var known: Value?

    func value(_ compute: () throws -> Value) rethrows -> Value {
        if let known { return known }
        let value = try compute()
        known = value
        return value
    }
}
