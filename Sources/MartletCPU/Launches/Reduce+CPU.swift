internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

extension Reduce: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        guard let shape = reducedShape(launch.operands.map(\.type)), launch.results[0].type.elementCount > 0 else { return }
        let (outer, extent, inner) = extents(shape)
        let out = builder.floats(launch.results[0])
        if inner == 1 {
            let source = try source(launch, shape, rows: outer, columns: extent, in: &builder)
            reduce(source, rows: outer, columns: extent, alongColumns: true, into: out, in: &builder)
        } else if outer == 1 {
            let source = try source(launch, shape, rows: extent, columns: inner, in: &builder)
            reduce(source, rows: extent, columns: inner, alongColumns: false, into: out, in: &builder)
        } else {
            let whole = try isPlain(launch, shape)
                ? builder.floats(launch.operands[0]) : builder.materialise(prologue, launch.operands, shape: shape)
            for block in 0..<outer {
                reduce(
                    .stored(UnsafePointer(whole + block * extent * inner)), rows: extent, columns: inner, alongColumns: false,
                    into: out + block * inner, in: &builder)
            }
        }
    }

    private enum Source {
        case stored(UnsafePointer<Float>)
        case program(PointwiseProgram)
    }

    /// Whether the elements lie in memory as they are to be reduced.
    private func isPlain(_ launch: Launch, _ shape: Shape) -> Bool {
        prologue == .identity && launch.operands[0].type.shape == shape
    }

    private func source(_ launch: Launch, _ shape: Shape, rows: Int, columns: Int, in builder: inout LaunchBuilder) throws(DeviceError) -> Source {
        if isPlain(launch, shape) { return .stored(UnsafePointer(builder.floats(launch.operands[0]))) }
        let operands = try builder.operands(launch.operands, rows: rows, columns: columns, shape: shape)
        return .program(PointwiseProgram(prologue, operands, rows: rows, columns: columns, in: builder))
    }

    private func reduce(
        _ source: Source, rows: Int, columns: Int, alongColumns: Bool, into out: UnsafeMutablePointer<Float>,
        in builder: inout LaunchBuilder
    ) {
        var arguments = martlet_reduce_arguments()
        arguments.operation = switch kind {
        case .sum, .mean: MARTLET_SUM
        case .maximum: MARTLET_MAXIMUM
        case .minimum: MARTLET_MINIMUM
        }
        (arguments.rows, arguments.columns, arguments.row_stride) = (rows, columns, columns)
        switch source {
        case .stored(let values): arguments.values = values
        case .program(let program): arguments.program = UnsafePointer(program.raw)
        }
        arguments.divisor = kind == .mean ? Float(alongColumns ? columns : rows) : 1
        arguments.out = out
        let (memory, pool) = (builder.memory, builder.pool)
        let threads = Int32(pool.threads)
        memory.needScratch(
            alongColumns
                ? martlet_reduce_columns_scratch_bytes(&arguments, threads) : martlet_reduce_rows_scratch_bytes(&arguments, threads))
        let kept = memory.keep([arguments])
        builder.add(rowStage: alongColumns ? RowStage(kept) : nil) {
            kept.pointee.scratch = memory.scratch
            if alongColumns {
                martlet_reduce_columns(pool.kernels, pool.raw, kept)
            } else {
                martlet_reduce_rows(pool.kernels, pool.raw, kept)
            }
        }
    }
}
