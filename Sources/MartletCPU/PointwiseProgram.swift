internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

/// An expression lowered for the chunk interpreter, with operands read as rows and columns of a shape.
struct PointwiseProgram {
    let raw: UnsafeMutablePointer<martlet_program>
    /// Bytes of scratch for one worker.
    let workerScratch: Int

    /// - Parameters:
    ///   - operands: address and strides along rows and columns.
    ///   - builder: keeps the arrays.
    init(
        _ expression: Expression, _ operands: [martlet_operand], rows: Int, columns: Int, in builder: LaunchBuilder
    ) {
        self.init(expression, blocks: [operands], rows: rows, columns: columns, in: builder)
    }

    /// One program for each block: the same instructions on operands of its own. `raw` is the first.
    init(
        _ expression: Expression, blocks: [[martlet_operand]], rows: Int, columns: Int, in builder: LaunchBuilder
    ) {
        let instructions = expression.lowered(builder.pool.kernels)
        let keptInstructions = builder.memory.keep(instructions)
        let operandCount = blocks.first?.count ?? 0
        let keptOperands = builder.memory.keep(Array(blocks.joined()))
        raw = builder.memory.keep(blocks.indices.map { block in
            martlet_program(
                instructions: keptInstructions, instruction_count: Int32(instructions.count),
                operands: keptOperands + block * operandCount, operand_count: Int32(operandCount), rows: rows, columns: columns,
                step: UnsafePointer(builder.memory.step), streams: false)
        })
        // A whole number of cache lines, so that each worker's piece begins with one.
        workerScratch = (martlet_program_scratch_bytes(Int32(instructions.count)) + 63) / 64 * 64
    }
}

/// A shape seen as blocks of rows x columns, and where each operand's element (row, column) of a block lies.
struct RowView {
    let rows: Int
    let columns: Int
    /// One list of operands per block, in order.
    let blocks: [[martlet_operand]]

    init(_ operands: [Slot], to shape: Shape, in builder: LaunchBuilder) {
        let broadcast = Broadcast(operands.map(\.type.shape), to: shape)
        let extents = broadcast.extents
        let (columns, rows) = (extents[extents.count - 1], extents.count > 1 ? extents[extents.count - 2] : 1)
        let outer = Array(extents.dropLast(2))
        self.rows = rows
        self.columns = columns
        blocks = (0 ..< outer.reduce(1, *)).map { block in
            operands.indices.map { index in
                let strides = broadcast.strides[index]
                var (rest, offset) = (block, 0)
                for axis in outer.indices.reversed() {
                    offset += rest % outer[axis] * strides[axis]
                    rest /= outer[axis]
                }
                return martlet_operand(
                    values: UnsafePointer(builder.floats(operands[index]) + offset),
                    row_stride: extents.count > 1 ? strides[extents.count - 2] : 0, column_stride: strides[extents.count - 1])
            }
        }
    }
}
