/// The ways to a product: by tiles in the registers of a processor (`matmul.cl`), or by tiles in the local memory of
/// work-groups (`matmul_groups.cl`).
package enum MatmulVariant: KernelVariant {
    case registers(RegisterProduct)
    case groups(GroupProduct)

    package static let all = RegisterProduct.all.map(Self.registers) + GroupProduct.all.map(Self.groups)
    package static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package var name: String {
        switch self {
        case .registers(let product): product.name
        case .groups(let product): product.name
        }
    }

    package func distance(to other: MatmulVariant) -> Int? {
        switch (self, other) {
        case (.registers(let a), .registers(let b)): a.distance(to: b)
        case (.groups(let a), .groups(let b)): a.distance(to: b)
        default: nil
        }
    }
}

/// The parameters of `matmul.cl`, which runs on any device.
package struct RegisterProduct: Hashable, Sendable {
    /// Of a tile. One pass of a work-item computes all of them, or 8 of 16.
    package var rows: Int
    /// Columns of a tile, in vectors of 16.
    package var vectors: Int
    /// Whether the factor that is read in vectors is brought into panels first (`pack.cl`).
    package var packs = false
    /// Whether the transposed product is computed: its tiles are turned when they are stored.
    package var isTurned = false
    /// Whether neighbouring work-items have tiles side by side, and not one below the other.
    package var sweepsAcross = false

    static let rowSizes = [1, 2, 4, 6, 8, 10, 12, 13, 14, 16]
    static let vectorSizes = [1, 2, 3, 4, 8]

    /// Sums, a row of the right factor and an element of the left one stay within 32 vector registers; and turning is made for
    /// blocks of 16 x 16.
    package static let all: [RegisterProduct] = {
        var all: [RegisterProduct] = []
        let flags = [false, true]
        for rows in rowSizes {
            for vectors in vectorSizes where (rows == 16 ? 8 : rows) * vectors + vectors + 1 <= 32 {
                for isTurned in flags where !isTurned || rows == 16 {
                    for packs in flags {
                        for sweepsAcross in flags {
                            all.append(RegisterProduct(
                                rows: rows, vectors: vectors, packs: packs, isTurned: isTurned, sweepsAcross: sweepsAcross))
                        }
                    }
                }
            }
        }
        return all
    }()

    var columns: Int { 16 * vectors }

    var defines: [String] { ["TILE_ROWS=\(rows)", "TILE_VECTORS=\(vectors)", "TURNED=\(isTurned ? 1 : 0)"] }

    var name: String {
        "registers-\(rows)x\(vectors)" + (packs ? "-packed" : "") + (isTurned ? "-turned" : "") + (sweepsAcross ? "-across" : "")
    }

    func distance(to other: RegisterProduct) -> Int {
        places(between: rows, other.rows, in: Self.rowSizes) + places(between: vectors, other.vectors, in: Self.vectorSizes)
            + (packs == other.packs ? 0 : 1) + (isTurned == other.isTurned ? 0 : 1) + (sweepsAcross == other.sweepsAcross ? 0 : 1)
    }
}

/// The parameters of `matmul_groups.cl`.
package struct GroupProduct: Hashable, Sendable {
    package var tile: GroupTile
    /// Whether segments are computed at the same time, by work-groups of their own, and added afterwards.
    package var splitsSegments = false

    package static let all = GroupTile.all.flatMap { tile in
        [false, true].map { GroupProduct(tile: tile, splitsSegments: $0) }
    }

    /// - Parameter addsSegments: whether one work-item comes by more than one segment.
    func defines(addsSegments: Bool) -> [String] { tile.defines + ["ADDS_SEGMENTS=\(addsSegments ? 1 : 0)"] }

    var name: String { tile.name + (splitsSegments ? "-split" : "") }

    func distance(to other: GroupProduct) -> Int {
        tile.distance(to: other.tile) + (splitsSegments == other.splitsSegments ? 0 : 1)
    }
}
