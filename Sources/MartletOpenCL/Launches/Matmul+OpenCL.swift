import MartletBackend
import MartletCore
import MartletOps

extension Matmul: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (a, b) = (launch.operands[0], launch.operands[1])
        let (rows, columns, inner) = extents(a.type.shape, b.type.shape)
        let extra = launch.operands.dropFirst(2)
        let shape = launch.results[0].type.shape
        let source = ExpressionSource(
            epilogue, [nil] + extra.map { Optional($0.type.shape) }, whole: shape, split: shape.rank - 1)
        let product = Product(
            a: builder.memory(a), b: builder.memory(b), transposeA: transposeA, transposeB: transposeB, rows: rows,
            columns: columns, inner: inner, factors: products(a.type.shape, b.type.shape), result: builder.memory(launch.results[0]), epilogue: source,
            // Operand 0 is the product.
            extra: source.reads.map { builder.memory(launch.operands[$0 + 1]) })
        guard shape.elementCount > 0 else { return }
        switch builder.deviceClass {
        case .cpu: builder.registerTiles(product)
        case .gpu: builder.groupTiles(product)
        }
    }
}

private struct Product {
    var a, b: Memory
    var transposeA, transposeB: Bool
    var rows, columns, inner: Int
    /// For each product the numbers of its factors.
    var factors: [(a: Int, b: Int)]
    var result: Memory
    var epilogue: ExpressionSource
    var extra: [Memory]

    var segment: Int { segmentLength(rows: rows, columns: columns, inner: inner) }
    var segments: Int { max(1, (inner + segment - 1) / segment) }
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
}

extension LaunchBuilder {
    /// `matmul.cl`: the factor whose elements are broadcast is read where it lies, the other too where its rows run along
    /// k; else it is packed first.
    fileprivate mutating func registerTiles(_ p: Product) {
        // With B transposed, its rows are those of the turned product, which is the shorter way unless k is short, or there
        // are many rows: then packing B costs less than turning the result.
        if p.transposeB, p.inner >= 256, p.rows <= 4 * p.inner {
            let tileVectors = p.rows <= 16 ? 1 : 2
            let right = vectorFactor(
                p.a, alongInner: p.transposeA, inner: p.inner, count: p.rows, matrices: p.matricesOfA,
                tile: 16 * tileVectors, uses: p.columns)
            matmul(
                p, left: p.b, leftRows: p.columns, leftStrides: (p.inner, 1), right, rightCount: p.rows,
                tile: (16, tileVectors), turned: true)
        } else {
            let tile = tile(p.rows, p.columns)
            let right = vectorFactor(
                p.b, alongInner: !p.transposeB, inner: p.inner, count: p.columns, matrices: p.matricesOfB,
                tile: 16 * tile.vectors, uses: p.rows)
            matmul(
                p, left: p.a, leftRows: p.rows, leftStrides: p.transposeA ? (1, p.rows) : (p.inner, 1), right,
                rightCount: p.columns, tile: tile, turned: false)
        }
    }

    /// Sums in registers: about 16 vectors, so that multiply-adds do not wait for each other.
    private func tile(_ rows: Int, _ columns: Int) -> (rows: Int, vectors: Int) {
        if columns <= 16 { return (8, 1) }
        if rows == 1, columns >= 512 { return (1, 8) }
        if rows <= 4, columns >= 64 { return (rows <= 2 ? rows : 4, 4) }
        return (8, 2)
    }

    /// A factor as rows along k, at least a tile wide.
    /// - Parameter uses: how many rows of the other factor meet it.
    private mutating func vectorFactor(
        _ memory: Memory, alongInner: Bool, inner: Int, count: Int, matrices: Int, tile: Int, uses: Int
    ) -> VectorFactor {
        // Rows far apart fall into few sets of the caches; where many tiles read them, panels are worth their making.
        let isScattered = uses >= 256 && inner >= 768 && count >= 768
        if alongInner, count >= tile, !isScattered {
            return VectorFactor(memory: memory, columns: count, stride: count, tile: tile, matrix: inner * count)
        }
        let padded = (count + tile - 1) / tile * tile
        let packed = scratch(matrices * inner * padded)
        launch(
            KernelSource("pack.cl"), alongInner ? "pack" : "pack_turned",
            [.memory(memory), .word(inner), .word(count), .memory(packed), .word(tile)],
            global: NDRange(alongInner ? inner : (inner + 15) / 16, matrices), local: NDRange(1, 1))
        return VectorFactor(memory: packed, columns: padded, stride: tile, tile: inner * tile, matrix: inner * padded)
    }

    private mutating func matmul(
        _ p: Product, left: Memory, leftRows: Int, leftStrides: (row: Int, inner: Int), _ right: VectorFactor,
        rightCount: Int, tile: (rows: Int, vectors: Int), turned: Bool
    ) {
        let tileColumns = 16 * tile.vectors
        let factors = p.factors.flatMap { product in
            let (leftNumber, rightNumber) = turned ? (product.b, product.a) : (product.a, product.b)
            return [UInt32(leftNumber * leftRows * p.inner), UInt32(rightNumber * right.matrix)]
        }
        let source = KernelSource(
            "matmul.cl", defines: ["TILE_ROWS=\(tile.rows)", "TILE_VECTORS=\(tile.vectors)", "TURNED=\(turned ? 1 : 0)"],
            expression: p.epilogue)
        launch(
            source, "matmul",
            [
                .memory(left), .word(leftRows), .word(leftStrides.row), .word(leftStrides.inner),
                .memory(right.memory), .word(right.columns), .word(right.stride), .word(right.tile), .word(p.inner), .word(p.segment),
                .memory(p.result), .word(p.rows), .word(p.columns), .table(factors), .step,
            ] + p.extra.map { .memory($0) },
            global: NDRange(
                (leftRows + tile.rows - 1) / tile.rows, (rightCount + tileColumns - 1) / tileColumns, p.factors.count),
            local: NDRange(1, 1, 1))
    }

    /// `matmul_groups.cl`: segments at the same time where there are several.
    fileprivate mutating func groupTiles(_ p: Product) {
        let source = KernelSource("matmul_groups.cl", expression: p.epilogue)
        let (tile, group) = (64, 16)
        let (down, across) = ((p.rows + tile - 1) / tile, (p.columns + tile - 1) / tile)
        let strides = (a: p.transposeA ? (1, p.rows) : (p.inner, 1), b: p.transposeB ? (p.inner, 1) : (1, p.columns))
        let factors: [KernelArgument] = [
            .memory(p.a), .word(strides.a.0), .word(strides.a.1), .memory(p.b), .word(strides.b.0), .word(strides.b.1),
            .word(p.inner), .word(p.segment),
            .table(p.factors.flatMap { [UInt32($0.a * p.rows * p.inner), UInt32($0.b * p.inner * p.columns)] }),
        ]
        let local = NDRange(group, group, 1)
        let extent: [KernelArgument] = [.word(p.rows), .word(p.columns)]
        let epilogue: [KernelArgument] = [.step] + p.extra.map { .memory($0) }
        if p.segments == 1 {
            launch(
                source, "matmul", factors + [.memory(p.result)] + extent + epilogue,
                global: NDRange(down * group, across * group, p.factors.count), local: local)
        } else {
            let sums = scratch(p.factors.count * p.segments * p.rows * p.columns)
            launch(
                source, "matmul_segments", factors + [.memory(sums)] + extent + [.word(p.segments)],
                global: NDRange(down * group, across * group, p.factors.count * p.segments), local: local)
            launch(
                source, "matmul_join",
                [.memory(sums), .word(p.factors.count), .word(p.segments), .memory(p.result)] + extent + epilogue,
                items: p.factors.count * p.rows * p.columns)
        }
    }
}
