/// How large the tiles are in which the kernels of convolutions compute. Which size is fast depends on device and shapes;
/// bits do not depend on it.
package struct ConvolutionTile: Hashable, Sendable, CustomStringConvertible {
    /// Pixels, or of the weights' gradient taps and channels. For processors their number; for GPUs in units of 16, the
    /// work-items side by side in a group.
    package var rows: Int
    /// Channels that are written, in units of 16: vectors of a processor, work-items of a GPU.
    package var columns: Int

    /// What the kernels take: on a processor a tile must fit into its vector registers.
    package static func sizes(_ deviceClass: DeviceClass) -> [ConvolutionTile] {
        let sizes: [(rows: Int, columns: Int)] = switch deviceClass {
        case .cpu: [(1, 1), (4, 1), (8, 1), (4, 2), (6, 2), (8, 2), (12, 2), (4, 4), (6, 4)]
        case .gpu: [1, 2, 4].flatMap { rows in [1, 2, 4].map { (rows, $0) } }
        }
        return sizes.map { ConvolutionTile(rows: $0.rows, columns: $0.columns) }
    }

    /// The usual size for so many rows and columns.
    static func usual(_ deviceClass: DeviceClass, rows: Int, columns: Int) -> ConvolutionTile {
        switch deviceClass {
        case .cpu: ConvolutionTile(rows: 8, columns: columns <= 16 ? 1 : 2)
        case .gpu: ConvolutionTile(rows: perItem(rows), columns: perItem(columns))
        }
    }

    private static func perItem(_ count: Int) -> Int { count <= 16 ? 1 : count <= 32 ? 2 : 4 }

    /// For `conv2d_tiles.cl` and `conv2d_weight_tiles.cl`.
    var registers: [String] { ["TILE_ROWS=\(rows)", "TILE_VECTORS=\(columns)"] }
    /// For `OpenCL/group_tile.h`.
    var group: [String] { ["ROWS_PER_ITEM=\(rows)", "COLUMNS_PER_ITEM=\(columns)"] }

    package var description: String { "\(rows)x\(columns)" }
}

extension LaunchBuilder {
    /// The size of tile that the device was asked for, else the usual one.
    func convolutionTile(rows: Int, columns: Int) -> ConvolutionTile {
        device.convolutionTile ?? .usual(deviceClass, rows: rows, columns: columns)
    }
}

/// So many tiles of a size cover a number of elements.
func tiles(_ count: Int, of size: Int) -> Int { (count + size - 1) / size }
