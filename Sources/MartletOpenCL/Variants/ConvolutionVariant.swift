/// The ways to a convolution and to its gradients: without tiles (`conv2d.cl` and its kin, on any device), by tiles in the
/// registers of a processor (`conv2d_tiles.cl`, `conv2d_weight_tiles.cl`), or by tiles in the local memory of work-groups
/// (`conv2d_groups.cl`, `conv2d_weight_groups.cl`).
package enum ConvolutionVariant: KernelVariant {
    case plain
    case registers(ConvolutionTile)
    case groups(GroupTile)

    package static let all = [plain] + registerSizes.map(Self.registers) + GroupTile.all.map(Self.groups)
    package static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// A tile must fit into a processor's vector registers.
    private static let registerSizes = [(1, 1), (4, 1), (8, 1), (12, 1), (4, 2), (6, 2), (8, 2), (12, 2), (4, 3), (8, 3), (4, 4), (6, 4)]
        .map { ConvolutionTile(rows: $0.0, columns: $0.1) }

    package var name: String {
        switch self {
        case .plain: "plain"
        case .registers(let tile): "registers-\(tile.rows)x\(tile.columns)"
        case .groups(let tile): tile.name
        }
    }

    /// Apart from tiles of work-groups there are so few that all are neighbours.
    package func distance(to other: ConvolutionVariant) -> Int? {
        if case (.groups(let tile), .groups(let next)) = (self, other) { return tile.distance(to: next) }
        return self == other ? 0 : 1
    }
}

/// The size of tile in the registers of a processor that a kernel of convolutions computes at a time: the parameters of
/// `conv2d_tiles.cl` and `conv2d_weight_tiles.cl`.
package struct ConvolutionTile: Hashable, Sendable {
    /// Pixels, or of the weights' gradient taps and channels.
    package var rows: Int
    /// Channels that are written, in vectors of 16.
    package var columns: Int

    var defines: [String] { ["TILE_ROWS=\(rows)", "TILE_VECTORS=\(columns)"] }
}

/// So many tiles of a size cover a number of elements.
func tiles(_ count: Int, of size: Int) -> Int { (count + size - 1) / size }
