import CMartletBenchmark
import MartletBackend
import MartletOps

/// A plain stream over the buffers that a launch uses: what memory gives at most to whoever reads every operand once and
/// writes every result once.
struct BufferStream {
    private let arrays: [martlet_stream_array]
    /// That go through the processor in one pass.
    let bytes: Double

    /// Nil where the host does not see the memory. Results whose old contents count among the bytes of the cost are read too.
    init?(over run: LaunchRun, cost: Cost) {
        let (operands, results) = (run.operands, run.resultBuffers)
        func size(_ buffers: [any Buffer]) -> Int { buffers.reduce(0) { $0 + $1.count * $1.dtype.byteCount } }
        let isInPlace = cost.bytes > size(operands) + size(results)
        var arrays: [martlet_stream_array] = []
        for (place, buffer) in (operands + results).enumerated() {
            guard let memory = (buffer as? any HostBuffer)?.hostMemory else { return nil }
            let isResult = place >= operands.count
            arrays.append(
                martlet_stream_array(
                    values: UnsafeMutableRawPointer(mutating: memory).assumingMemoryBound(to: Float.self),
                    count: buffer.count * buffer.dtype.byteCount / 4, is_read: !isResult || isInPlace, is_written: isResult))
        }
        self.arrays = arrays
        bytes = Double(size(operands) + (isInPlace ? 2 : 1) * size(results))
    }

    /// With plain and with streaming stores.
    func contestants(_ loops: OpaquePointer, _ pool: OpaquePointer) -> [Contestant] {
        [("stream, plain stores", false), ("stream, streaming stores", true)].map { name, streaming in
            Contestant(name: name) { passes in
                for _ in 0..<passes { _ = martlet_limit_stream(loops, pool, arrays, Int32(arrays.count), streaming) }
            }
        }
    }
}
