import MartletFormats

/// Tiles beside one another, each pixel a square, with a border between.
enum Picture {
    static let columns = 4

    /// The first tile goes from black at 0 to white at 1; the others have mid-grey at 0 and reach black or white.
    static func sheet(_ tiles: [[Float]], height: Int, width: Int) -> ByteImage {
        let scale = max(1, 112 / max(height, width))
        let (tileHeight, tileWidth) = (height * scale + scale, width * scale + scale)
        let rows = (tiles.count + columns - 1) / columns
        let size = (height: rows * tileHeight + scale, width: min(tiles.count, columns) * tileWidth + scale)
        var sheet = ByteImage(
            height: size.height, width: size.width, channels: 1, pixels: [UInt8](repeating: 40, count: size.height * size.width))
        for (place, tile) in tiles.enumerated() {
            let greys = place == 0 ? tile.map(grey) : signed(tile)
            let origin = (y: place / columns * tileHeight + scale, x: place % columns * tileWidth + scale)
            for y in 0..<(height * scale) {
                for x in 0..<(width * scale) {
                    sheet.pixels[(origin.y + y) * size.width + origin.x + x] = greys[y / scale * width + x / scale]
                }
            }
        }
        return sheet
    }

    private static func signed(_ values: [Float]) -> [UInt8] {
        let greatest = values.map(\.magnitude).max() ?? 0
        return values.map { grey(0.5 + 0.5 * $0 / max(greatest, .leastNormalMagnitude)) }
    }
    private static func grey(_ value: Float) -> UInt8 { UInt8((min(1, max(0, value)) * 255).rounded()) }
}
