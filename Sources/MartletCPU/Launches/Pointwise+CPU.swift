internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

extension Pointwise: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        try builder.compute(
            expression, launch.operands, shape: launch.results[0].type.shape, into: builder.floats(launch.results[0]))
    }
}

extension LaunchBuilder {
    /// An expression over operands that broadcast to a shape, without gaps into `out`.
    mutating func compute(
        _ expression: Expression, _ operands: [Slot], shape: Shape, into out: UnsafeMutablePointer<Float>
    ) throws(DeviceError) {
        guard shape.elementCount > 0 else { return }
        let view = RowView(operands, to: shape, in: self)
        if view.blocks.count == 1 {
            run(expression, view.blocks[0], rows: view.rows, columns: view.columns, into: out)
        } else if expression.isRandom {
            // Random numbers belong to the element's index in the whole shape: operands are stretched first.
            var stretched: [martlet_operand] = []
            for operand in operands {
                let whole = try materialise(.identity, [operand], shape: shape)
                stretched.append(martlet_operand(values: UnsafePointer(whole), row_stride: 0, column_stride: 1))
            }
            run(expression, stretched, rows: 1, columns: shape.elementCount, into: out)
        } else {
            runBlocks(expression, view, into: out)
        }
    }

    /// What an expression gives, stored: for those who cannot take it as it comes.
    mutating func materialise(
        _ expression: Expression, _ operands: [Slot], shape: Shape
    ) throws(DeviceError) -> UnsafeMutablePointer<Float> {
        let whole = try memory.room(shape.elementCount, of: Float.self, purpose: "an operand stretched to \(shape)")
        try compute(expression, operands, shape: shape, into: whole)
        return whole
    }

    private mutating func run(
        _ expression: Expression, _ operands: [martlet_operand], rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let program = PointwiseProgram(expression, operands, rows: rows, columns: columns, in: self)
        // Where results do not stay in the caches, they need not go there.
        let isInPlace = operands.contains { $0.values == UnsafePointer(out) }
        program.raw.pointee.streams = !isInPlace && rows * columns * 4 > martlet_cache_bytes(3)
        memory.needScratch(program.workerScratch * pool.threads)
        let (memory, pool) = (memory, pool)
        add(rowStage: RowStage(program.raw, into: out)) {
            martlet_program_run(pool.kernels, pool.raw, program.raw, out, memory.scratch)
        }
    }
}
