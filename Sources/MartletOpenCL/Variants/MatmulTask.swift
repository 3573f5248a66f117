import MartletBackend
import MartletCore
import MartletOps

/// A product, or several of one shape.
package struct MatmulTask: TunedTask {
    package var products = 1
    package var rows, columns, inner: Int
    package var transposeA = false, transposeB = false

    package init(products: Int = 1, rows: Int, columns: Int, inner: Int, transposeA: Bool = false, transposeB: Bool = false) {
        (self.products, self.rows, self.columns, self.inner) = (products, rows, columns, inner)
        (self.transposeA, self.transposeB) = (transposeA, transposeB)
    }

    package init?(_ launch: Launch) {
        guard let matmul = launch.operation as? Matmul else { return nil }
        self.init(matmul, launch.operands.map(\.type.shape))
    }

    /// - Precondition: the shapes fit.
    init(_ matmul: Matmul, _ shapes: [Shape]) {
        let (rows, columns, inner) = matmul.extents(shapes[0], shapes[1])
        self.init(
            products: matmul.products(shapes[0], shapes[1]).count, rows: rows, columns: columns, inner: inner,
            transposeA: matmul.transposeA, transposeB: matmul.transposeB)
    }

    package var name: String {
        "matmul \(products == 1 ? "" : "\(products)*")\(rows)x\(columns)x\(inner):\(transposeA ? "T" : "N")\(transposeB ? "T" : "N")"
    }

    package init?(parsing name: String) {
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0] == "matmul" else { return nil }
        let parts = words[1].split(separator: ":", omittingEmptySubsequences: false)
        let factors = parts[0].split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count == 2, ["NN", "NT", "TN", "TT"].contains(parts[1]), (1...2).contains(factors.count),
            let products = factors.count == 1 ? 1 : Int(factors[0]), products > 0, let sizes = parseExtents(factors.last!, count: 3)
        else { return nil }
        self.init(
            products: products, rows: sizes[0], columns: sizes[1], inner: sizes[2], transposeA: parts[1].hasPrefix("T"),
            transposeB: parts[1].hasSuffix("T"))
    }

    package var operation: any Operation { Matmul(transposeA: transposeA, transposeB: transposeB) }
    package var operands: [TensorType] {
        let a: [Int] = transposeA ? [inner, rows] : [rows, inner], b: [Int] = transposeB ? [columns, inner] : [inner, columns]
        let leading = products == 1 ? [] : [products]
        return [TensorType(Shape(leading + a)), TensorType(Shape(leading + b))]
    }

    var segmentLength: Int { MartletOps.segmentLength(rows: rows, columns: columns, inner: inner) }
    var segments: Int { max(1, (inner + segmentLength - 1) / segmentLength) }

    // MARK: Which variants

    package func takes(_ variant: MatmulVariant, on device: DeviceTraits) -> Bool {
        switch variant {
        case .registers(let product):
            // Where they lie, rows along k that are at least a tile wide can be read in vectors, and narrower ones in one vector.
            let right = rightFactor(isTurned: product.isTurned)
            return product.packs || right.runsAlongInner && (right.count >= product.columns || product.vectors == 1)
        case .groups(let product):
            return device.runsGroups(localFloats: product.tile.localFloats) && (segments > 1 || !product.splitsSegments)
        }
    }

    package func suits(_ variant: MatmulVariant, on device: DeviceTraits) -> Bool {
        switch (variant, device.deviceClass) {
        case (.registers(let product), .cpu):
            let (left, right) = product.isTurned ? (columns, rows) : (rows, columns)
            // One tile may be cut, the next size down would do instead of more.
            return product.rows < 2 * left && product.columns < right + 16
        case (.groups(let product), .gpu): return product.tile.suits(rows: rows, columns: columns)
        default: return false
        }
    }

    package func usual(on device: DeviceTraits) -> MatmulVariant {
        // Segments are computed at the same time, for there are few outputs where there are any.
        if device.deviceClass == .gpu,
            let tile = GroupTile.usual(
                products * segments, rows: rows, columns: columns, inner: segmentLength, outputs: 64, on: device)
        {
            return .groups(GroupProduct(tile: tile, splitsSegments: segments > 1))
        }
        var product: RegisterProduct
        // With B transposed, its rows are those of the turned product, which is the shorter way unless k is short, or there
        // are many rows: then packing B costs less than turning the result.
        if transposeB, inner >= 256, rows <= 4 * inner {
            product = RegisterProduct(rows: 16, vectors: rows <= 16 ? 1 : 2, isTurned: true)
        } else {
            product = usualTile
        }
        let right = rightFactor(isTurned: product.isTurned)
        // Rows far apart fall into few sets of the caches; where many tiles read them, panels are worth their making.
        let isScattered = right.uses >= 256 && inner >= 768 && right.count >= 768
        product.packs = isScattered || !takes(.registers(product), on: device)
        return .registers(product)
    }

    /// Sums in registers: about 16 vectors, so that multiply-adds do not wait for each other.
    private var usualTile: RegisterProduct {
        if columns <= 16 { return RegisterProduct(rows: 8, vectors: 1) }
        if rows == 1, columns >= 512 { return RegisterProduct(rows: 1, vectors: 8) }
        if rows <= 4, columns >= 64 { return RegisterProduct(rows: rows <= 2 ? rows : 4, vectors: 4) }
        return RegisterProduct(rows: 8, vectors: 2)
    }

    /// The factor that is read in vectors: whether its rows run along k, how many numbers each has, and how many rows of the
    /// other meet it.
    private func rightFactor(isTurned: Bool) -> (runsAlongInner: Bool, count: Int, uses: Int) {
        isTurned ? (transposeA, rows, columns) : (!transposeB, columns, rows)
    }

    package func distance(to other: MatmulTask) -> Double? {
        guard transposeA == other.transposeA, transposeB == other.transposeB, (segments > 1) == (other.segments > 1),
            let apart = doublings(from: rows, to: other.rows), let beside = doublings(from: columns, to: other.columns),
            let along = doublings(from: inner, to: other.inner), let more = doublings(from: products, to: other.products)
        else { return nil }
        return apart + beside + along + more
    }
}
