import MartletBackend
import MartletCore
import MartletOps

extension Reduce: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let operands = launch.operands.map { (memory: builder.memory($0), shape: $0.type.shape) }
        guard let shape = reducedShape(launch.operands.map(\.type)) else { preconditionFailure("operands of \(Self.name)") }
        builder.reduce(self, operands, shape: shape, into: builder.memory(launch.results[0]))
    }
}

extension LaunchBuilder {
    /// Level after level of blocks, until one block is left.
    mutating func reduce(
        _ reduction: Reduce, _ operands: [(memory: Memory, shape: Shape)], shape: Shape, into result: Memory
    ) {
        let (outer, count, inner) = reduction.extents(shape)
        let isContiguous = inner == 1
        let blockSize = isContiguous ? 1024 : 64
        var (extent, operands) = (count, operands)
        var source = ExpressionSource(
            reduction.prologue, operands.map(\.shape), whole: shape,
            split: isContiguous ? reduction.axes.lowerBound : reduction.axes.upperBound)
        while true {
            let blocks = max(1, (extent + blockSize - 1) / blockSize)
            let target = blocks == 1 ? result : scratch(outer * blocks * inner)
            let level = ReductionLevel(
                kind: reduction.kind, outer: outer, extent: extent, inner: inner, blocks: blocks,
                divisor: blocks == 1 && reduction.kind == .mean ? Float(count) : 1, source: source,
                operands: source.reads.map { operands[$0].memory })
            if isContiguous { reduceRows(level, into: target) } else { reduceColumns(level, into: target) }
            if blocks == 1 { return }
            let partial: Shape = isContiguous ? [outer, blocks] : [outer * blocks, inner]
            (extent, operands) = (blocks, [(target, partial)])
            source = ExpressionSource(.identity, [partial], whole: partial, split: 1)
        }
    }

    private mutating func reduceRows(_ level: ReductionLevel, into result: Memory) {
        let count = level.outer * level.blocks
        let tasks = tasksPerItem(count: count, size: min(level.extent, 1024))
        let source = level.kernelSource(width)
        let arguments: [KernelArgument] =
            [
                .memory(result), .word(level.extent), .word(level.blocks), .word(count), .word(tasks),
                .number(level.divisor), .step,
            ] + level.operands.map { .memory($0) }
        switch deviceClass {
        case .cpu: launch(source, "reduce_rows", arguments, items: (count + tasks - 1) / tasks)
        case .gpu: launch(source, "reduce_rows", arguments, global: NDRange(32 * count), local: NDRange(32))
        }
    }

    private mutating func reduceColumns(_ level: ReductionLevel, into result: Memory) {
        let count = level.outer * level.blocks
        let vectors = (level.inner + deviceClass.width - 1) / deviceClass.width
        launch(
            level.kernelSource(width), "reduce_columns",
            [
                .memory(result), .word(level.extent), .word(level.blocks), .word(level.inner), .word(count),
                .number(level.divisor), .step,
            ] + level.operands.map { .memory($0) },
            items: vectors * count)
    }
}

private struct ReductionLevel {
    var kind: Reduce.Kind
    var outer, extent, inner, blocks: Int
    var divisor: Float
    var source: ExpressionSource
    var operands: [Memory]

    func kernelSource(_ width: String) -> KernelSource {
        KernelSource("reduce.cl", defines: [width, "KIND=\(number)"], expression: source)
    }

    private var number: Int {
        switch kind {
        case .sum, .mean: 0
        case .maximum: 1
        case .minimum: 2
        }
    }
}
