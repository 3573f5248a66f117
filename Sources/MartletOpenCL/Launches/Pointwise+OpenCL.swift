import MartletBackend
import MartletCore
import MartletOps

extension Pointwise: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        builder.pointwise(
            expression, launch.operands.map { (builder.memory($0), $0.type.shape) }, shape: launch.results[0].type.shape,
            into: builder.memory(launch.results[0]))
    }
}

extension LaunchBuilder {
    /// An expression over operands that broadcast to a shape.
    mutating func pointwise(
        _ expression: Expression, _ operands: [(memory: Memory, shape: Shape)], shape: Shape, into result: Memory
    ) {
        let shapes = operands.map(\.shape)
        let split = bestSplit(shapes, shape)
        let rows = shape.extents[..<split].reduce(1, *)
        let columns = shape.extents[split...].reduce(1, *)
        let source = ExpressionSource(expression, shapes, whole: shape, split: split)
        let tile = tile(rows: rows, columns: columns)
        let arguments: [KernelArgument] =
            [.memory(result), .word(rows), .word(columns), .word(tile.rows), .word(tile.columns), .step]
            + source.reads.map { .memory(operands[$0].memory) }
        let kernel = KernelSource("pointwise.cl", defines: [width], expression: source)
        switch deviceClass {
        case .cpu:
            launch(
                kernel, "pointwise", arguments,
                global: NDRange((columns + tile.columns - 1) / tile.columns, (rows + tile.rows - 1) / tile.rows),
                local: NDRange(1, 1))
        case .gpu:
            launch(kernel, "pointwise", arguments, items: rows * columns)
        }
    }

    /// The first axis of the columns: the fewest operands are to be gathered lane by lane, and columns to be long.
    private func bestSplit(_ operands: [Shape], _ whole: Shape) -> Int {
        func gathered(_ split: Int) -> Int {
            operands.count { if case .gathered = OperandAccess($0, whole: whole, split: split) { true } else { false } }
        }
        return (0 ..< max(1, whole.rank)).min { gathered($0) < gathered($1) } ?? 0
    }

    /// What one work-item of a CPU computes.
    private func tile(rows: Int, columns: Int) -> (rows: Int, columns: Int) {
        let share = (rows * columns + 4 * cores - 1) / (4 * cores)
        let size = (min(max(share, 1024), 8192) + 15) / 16 * 16
        return columns >= size ? (1, size) : (max(1, size / max(1, columns)), (max(1, columns) + 15) / 16 * 16)
    }
}
