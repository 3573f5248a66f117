internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

extension Pointwise: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        builder.compute(expression, launch.operands, shape: launch.results[0].type.shape, into: builder.floats(launch.results[0]))
    }
}

extension LaunchBuilder {
    /// An expression over operands that broadcast to a shape, without gaps into `out`.
    mutating func compute(_ expression: Expression, _ operands: [Slot], shape: Shape, into out: UnsafeMutablePointer<Float>) {
        guard shape.elementCount > 0 else { return }
        let view = RowView(operands, to: shape, in: self)
        if view.blocks.count > 1, expression.isRandom {
            // Random numbers belong to the element's index in the whole shape: operands are stretched first.
            let stretched = operands.map { stretch($0, to: shape) }
            run(expression, stretched.map { martlet_operand(values: UnsafePointer($0), row_stride: 0, column_stride: 1) },
                rows: 1, columns: shape.elementCount, into: out)
            return
        }
        for (index, block) in view.blocks.enumerated() {
            run(expression, block, rows: view.rows, columns: view.columns, into: out + index * view.rows * view.columns)
        }
    }

    private mutating func stretch(_ operand: Slot, to shape: Shape) -> UnsafeMutablePointer<Float> {
        let whole = memory.keep([Float](repeating: 0, count: shape.elementCount))
        compute(.identity, [operand], shape: shape, into: whole)
        return whole
    }

    private mutating func run(
        _ expression: Expression, _ operands: [martlet_operand], rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let program = PointwiseProgram(expression, operands, rows: rows, columns: columns, in: self)
        memory.needScratch(program.workerScratch * pool.threads)
        let (memory, pool) = (memory, pool)
        add { martlet_program_run(pool.kernels, pool.raw, program.raw, out, memory.scratch) }
    }

    /// What an expression gives, stored: for those who cannot take it as it comes.
    mutating func materialise(_ expression: Expression, _ operands: [Slot], shape: Shape) -> UnsafeMutablePointer<Float> {
        let whole = memory.keep([Float](repeating: 0, count: shape.elementCount))
        compute(expression, operands, shape: shape, into: whole)
        return whole
    }
}
