/// The parameters of `OpenCL/group_tile.h`: work-groups of 16 x 16 with a tile of each factor in local memory.
package struct GroupTile: Hashable, Sendable {
    /// Outputs of a work-item, in steps of 16.
    package var rows, columns: Int
    /// How much of k is in local memory at a time.
    package var depth = 16
    /// How many floats go together, 1 or 4: through local memory, to the result, and from global memory where they lie side by side.
    package var vector = 1
    /// Tiles of a factor in local memory: with two, the next one arrives while the products of this one are added.
    package var buffers = 1

    static let sizes = [(1, 1), (1, 4), (4, 1), (2, 2), (2, 4), (4, 2), (4, 4), (8, 2), (4, 8), (8, 4), (8, 8)]
    static let depths = [8, 16, 32]
    static let vectors = [1, 4]

    /// Every valid combination.
    package static let all: [GroupTile] = {
        var all: [GroupTile] = []
        for (rows, columns) in sizes {
            for depth in depths {
                for vector in vectors {
                    for buffers in 1...2 {
                        let tile = GroupTile(rows: rows, columns: columns, depth: depth, vector: vector, buffers: buffers)
                        if tile.isValid { all.append(tile) }
                    }
                }
            }
        }
        return all
    }()

    /// The rule: a work-item has whole blocks of vectors; the tiles fit into 48 KiB, which is what NVIDIA's OpenCL has; there are 64
    /// multiply-adds or more between two barriers, or else the greatest depth; and no more than 1024, since what is on its way
    /// would not fit into registers. A device takes those that fit into its own local memory.
    private var isValid: Bool {
        let work = rows * columns * depth
        return rows % vector == 0 && columns % vector == 0 && 4 * localFloats <= 48 << 10
            && (work >= 64 || depth == Self.depths.max()) && work <= 1024
    }

    /// Rows of a tile are 4 floats further apart than they are long, for the sake of the banks.
    var localFloats: Int { buffers * depth * (16 * rows + 4 + 16 * columns + 4) }

    package var defines: [String] {
        [
            "ROWS_PER_ITEM=\(rows)", "COLUMNS_PER_ITEM=\(columns)", "DEPTH=\(depth)", "VECTOR=\(vector)", "BUFFERS=\(buffers)",
        ]
    }

    /// How many floats of a factor a work-item reads from global memory at a time: 4 where all fours lie at multiples of 4.
    /// - Parameters:
    ///   - offset: of the factor in its buffer, which begins at a multiple of 16 bytes.
    ///   - strides: whatever is added to come from one four to another.
    func read(offset: Int, strides: [Int]) -> Int { ([offset] + strides).allSatisfy { $0 % 4 == 0 } ? vector : 1 }

    package var name: String {
        "groups-\(rows)x\(columns)-deep\(depth)" + (vector == 4 ? "-float4" : "") + (buffers == 2 ? "-double" : "")
    }

    func distance(to other: GroupTile) -> Int {
        let lengths = [1, 2, 4, 8]
        return places(between: rows, other.rows, in: lengths) + places(between: columns, other.columns, in: lengths)
            + places(between: depth, other.depth, in: Self.depths) + (vector == other.vector ? 0 : 1) + (buffers == other.buffers ? 0 : 1)
    }

    /// Whether most of a tile is at work: the next size down would do for half of it.
    func suits(rows count: Int, columns width: Int) -> Bool { 8 * rows < count + 8 && 8 * columns < width + 8 }
}
