/// Which tile is taken where nothing was measured: what a recent NVIDIA GPU should do best, by counting. None was at hand.
///
/// A compute unit (SM) of compute capability 8.6, 8.9 or 9.0 gives out 4 instructions of 32 work-items in a cycle, reads 128 bytes of
/// local memory in one (32 banks), and has 65,536 registers. A group has 8 times 32 work-items. So a place of k of a tile of r x c to
/// a work-item takes 2 r c cycles of multiply-adds, 2 (r + c) / vector more for giving out the reads, and at least
/// 8 (r + c) / vector for the reads themselves. That makes 94 % of the peak for 8 x 8 with `float4` and 89 % for 4 x 4; without it
/// 80 % and 50 %, all of that before barriers and global memory.
///
/// Registers: 64 sums, 16 for what is multiplied, 8 for what is on its way with a depth of 8, and the rest for addresses: 128 for
/// the product as `ptxas` counts them for compute capability 9.0, so that two groups fit into a unit. A depth of 16 takes 160,
/// which leaves one. The convolutions, which have more to remember of what they read, take 130 to 153 with 8 x 8, and 92 to 96
/// with 8 x 4: they stay with that.
///
/// Where there are fewer tiles than units, smaller ones occupy more of them; then waiting for global memory is what takes time, and
/// a greater depth waits less often.
extension GroupTile {
    /// What is chosen from, by size; of equal ones the first is taken.
    package static let usual = [
        (1, 1, 32), (2, 2, 32), (4, 4, 16), (8, 2, 16), (8, 4, 8), (4, 8, 8), (8, 8, 8),
    ].map { rows, columns, depth in
        GroupTile(rows: rows, columns: columns, depth: depth, vector: min(rows, columns) >= 4 ? 4 : 1, buffers: 2)
    }

    /// - Parameters:
    ///   - count: how many products of these extents there are.
    ///   - outputs: at most so many to a work-item.
    /// - Returns: nil where the device runs none of them.
    static func usual(_ count: Int = 1, rows: Int, columns: Int, inner: Int, outputs: Int, on device: DeviceTraits) -> GroupTile? {
        usual.filter { $0.rows * $0.columns <= outputs && device.runsGroups(localFloats: $0.localFloats) }
            .min { tile, other in
                func cycles(_ tile: GroupTile) -> Int {
                    let groups = count * tiles(rows, of: 16 * tile.rows) * tiles(columns, of: 16 * tile.columns)
                    return tile.cycles(groups: groups, inner: inner, units: max(1, device.info.computeUnits))
                }
                return cycles(tile) < cycles(other)
            }
    }

    /// Cycles from global memory into local memory, with a barrier: an estimate.
    private static let latency = 800

    /// Cycles until the busiest unit is done.
    private func cycles(groups: Int, inner: Int, units: Int) -> Int {
        let reads = rows + columns
        let place = max(2 * (rows * columns + reads / vector), 8 * reads / vector)
        return tiles(inner, of: depth) * max(Self.latency, tiles(groups, of: units) * depth * place)
    }
}
