import MartletBackend
import MartletCore
import MartletOps

extension Matmul: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (a, b) = (launch.operands[0], launch.operands[1])
        let extra = launch.operands.dropFirst(2)
        let shape = launch.results[0].type.shape
        let source = ExpressionSource(
            epilogue, [nil] + extra.map { Optional($0.type.shape) }, whole: shape, split: shape.rank - 1)
        let task = MatmulTask(self, [a.type.shape, b.type.shape])
        let product = Product(
            task: task, a: builder.memory(a), b: builder.memory(b), factors: products(a.type.shape, b.type.shape),
            result: builder.memory(launch.results[0]), epilogue: source,
            // Operand 0 is the product.
            extra: source.reads.map { builder.memory(launch.operands[$0 + 1]) })
        guard shape.elementCount > 0 else { return }
        switch builder.variant(for: task) {
        case .registers(let tile): builder.registerTiles(product, tile)
        case .groups(let tile): builder.groupTiles(product, tile)
        }
    }
}

private struct Product {
    var task: MatmulTask
    var a, b: Memory
    /// For each product the numbers of its factors.
    var factors: [(a: Int, b: Int)]
    var result: Memory
    var epilogue: ExpressionSource
    var extra: [Memory]

    var matricesOfA: Int { 1 + (factors.map(\.a).max() ?? 0) }
    var matricesOfB: Int { 1 + (factors.map(\.b).max() ?? 0) }
}

/// A factor that `matmul.cl` reads in vectors along its columns, tile by tile.
private struct VectorFactor {
    var memory: Memory
    var columns: Int
    var stride: Int
    /// From one tile to the next, and from one matrix to the next.
    var tile, matrix: Int
    /// Whether a row is shorter than a tile and lies as it is.
    var isNarrow = false
}

extension LaunchBuilder {
    /// `matmul.cl`: the factor whose elements are broadcast is read where it lies, the other too, or it is packed first.
    fileprivate mutating func registerTiles(_ p: Product, _ tile: RegisterProduct) {
        let t = p.task
        // Of the turned product, B is the left factor and A the right one.
        let left = tile.isTurned ? p.b : p.a
        let leftRows = tile.isTurned ? t.columns : t.rows
        let runsAlongInner = tile.isTurned ? t.transposeB : !t.transposeA
        let right = tile.isTurned
            ? vectorFactor(p.a, alongInner: t.transposeA, inner: t.inner, count: t.rows, matrices: p.matricesOfA, tile)
            : vectorFactor(p.b, alongInner: !t.transposeB, inner: t.inner, count: t.columns, matrices: p.matricesOfB, tile)
        let factors = p.factors.flatMap { product in
            let (leftNumber, rightNumber) = tile.isTurned ? (product.b, product.a) : (product.a, product.b)
            return [UInt32(leftNumber * leftRows * t.inner), UInt32(rightNumber * right.matrix)]
        }
        let (down, across) = (tiles(leftRows, of: tile.rows), tiles(tile.isTurned ? t.rows : t.columns, of: tile.columns))
        launch(
            KernelSource("matmul.cl", defines: tile.defines + (right.isNarrow ? ["NARROW=1"] : []), expression: p.epilogue), "matmul",
            [
                .memory(left), .word(leftRows), .word(runsAlongInner ? t.inner : 1), .word(runsAlongInner ? 1 : leftRows),
                .memory(right.memory), .word(right.columns), .word(right.stride), .word(right.tile), .word(t.inner),
                .word(t.segmentLength), .word(tile.sweepsAcross ? 1 : 0), .memory(p.result), .word(t.rows), .word(t.columns),
                .table(factors), .step,
            ] + p.extra.map { .memory($0) },
            global: tile.sweepsAcross ? NDRange(across, down, p.factors.count) : NDRange(down, across, p.factors.count),
            local: NDRange(1, 1, 1))
    }

    /// A factor as rows along k, at least a tile wide.
    private mutating func vectorFactor(
        _ memory: Memory, alongInner: Bool, inner: Int, count: Int, matrices: Int, _ tile: RegisterProduct
    ) -> VectorFactor {
        let width = tile.columns
        guard tile.packs else {
            return VectorFactor(
                memory: memory, columns: max(count, width), stride: count, tile: width, matrix: inner * count, isNarrow: count < width)
        }
        let padded = tiles(count, of: width) * width
        let packed = scratch(matrices * inner * padded)
        launch(
            KernelSource("pack.cl"), alongInner ? "pack" : "pack_turned",
            [.memory(memory), .word(inner), .word(count), .memory(packed), .word(width)],
            global: NDRange(alongInner ? inner : tiles(inner, of: 16), matrices), local: NDRange(1, 1))
        return VectorFactor(memory: packed, columns: padded, stride: width, tile: inner * width, matrix: inner * padded)
    }

    /// `matmul_groups.cl`: segments one after the other, or at the same time.
    fileprivate mutating func groupTiles(_ p: Product, _ product: GroupProduct) {
        let (t, tile) = (p.task, product.tile)
        let (down, across) = (tiles(t.rows, of: 16 * tile.rows), tiles(t.columns, of: 16 * tile.columns))
        // Matrices follow each other, so that the strides of rows say it all.
        let strides = (a: t.transposeA ? t.rows : t.inner, b: t.transposeB ? t.inner : t.columns)
        let source = KernelSource(
            "matmul_groups.cl",
            defines: product.defines(addsSegments: t.segments > 1 && !product.splitsSegments) + [
                "LEFT_ALONG_INNER=\(t.transposeA ? 0 : 1)", "LEFT_READ=\(tile.read(offset: p.a.offset, strides: [strides.a]))",
                "RIGHT_ALONG_INNER=\(t.transposeB ? 1 : 0)", "RIGHT_READ=\(tile.read(offset: p.b.offset, strides: [strides.b]))",
            ], expression: p.epilogue)
        let factors: [KernelArgument] = [
            .memory(p.a), .word(strides.a), .memory(p.b), .word(strides.b), .word(t.inner), .word(t.segmentLength),
            .table(p.factors.flatMap { [UInt32($0.a * t.rows * t.inner), UInt32($0.b * t.inner * t.columns)] }),
        ]
        let local = NDRange(16, 16, 1)
        let extent: [KernelArgument] = [.word(t.rows), .word(t.columns)]
        let epilogue: [KernelArgument] = [.step] + p.extra.map { .memory($0) }
        guard product.splitsSegments else {
            launch(
                source, "matmul", factors + [.memory(p.result)] + extent + epilogue,
                global: NDRange(16 * down, 16 * across, p.factors.count), local: local)
            return
        }
        let sums = scratch(p.factors.count * t.segments * t.rows * t.columns)
        launch(
            source, "matmul_segments", factors + [.memory(sums)] + extent + [.word(t.segments)],
            global: NDRange(16 * down, 16 * across, p.factors.count * t.segments), local: local)
        launch(
            source, "matmul_join",
            [.memory(sums), .word(p.factors.count), .word(t.segments), .memory(p.result)] + extent + epilogue,
            items: p.factors.count * t.rows * t.columns)
    }
}
