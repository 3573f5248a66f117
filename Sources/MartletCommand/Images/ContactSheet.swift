import Martlet

/// Images in a grid on one picture, each with a caption.
struct ContactSheet {
    let image: ByteImage
    let columns: Int
    let rows: Int
    /// How many pixels of the sheet, each way, show one of an image.
    let zoom: Int

    private static let margin = 6
    private static let dot = 2
    /// What a sheet is at most as wide as, unless one image is wider.
    private static let widest = 1600

    /// - Precondition: at least one image, and all of one size.
    init(_ tiles: [(image: ByteImage, caption: String)]) {
        let (height, width) = (tiles[0].image.height, tiles[0].image.width)
        // Small images are enlarged until a person can see them.
        let zoom = max(1, 96 / max(height, width))
        let (margin, dot) = (Self.margin, Self.dot)
        let cell = (width: width * zoom + margin, height: height * zoom + TinyLetters.height * dot + 2 * margin)
        var square = 1
        while square * square < tiles.count { square += 1 }
        let columns = max(1, min(square, (Self.widest - margin) / cell.width))
        let rows = (tiles.count + columns - 1) / columns
        var canvas = Canvas(width: columns * cell.width + margin, height: rows * cell.height + margin)
        for (place, tile) in tiles.enumerated() {
            let (left, top) = (margin + place % columns * cell.width, margin + place / columns * cell.height)
            canvas.draw(tile.image.coloured, left: left, top: top, zoom: zoom)
            canvas.write(
                tile.caption, left: left, top: top + height * zoom + margin / 2, dot: dot,
                letters: max(1, width * zoom / ((TinyLetters.width + 1) * dot)))
        }
        image = ByteImage(height: canvas.height, width: canvas.width, channels: 3, pixels: canvas.pixels)
        (self.columns, self.rows, self.zoom) = (columns, rows, zoom)
    }
}

/// A picture that is drawn on, dark grey at first.
private struct Canvas {
    let width: Int
    let height: Int
    var pixels: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 40, count: width * height * 3)
    }

    mutating func draw(_ image: ByteImage, left: Int, top: Int, zoom: Int) {
        for y in 0..<image.height * zoom {
            for x in 0..<image.width * zoom {
                for channel in 0..<3 {
                    pixels[((top + y) * width + left + x) * 3 + channel] =
                        image.pixels[(y / zoom * image.width + x / zoom) * 3 + channel]
                }
            }
        }
    }

    mutating func write(_ text: String, left: Int, top: Int, dot: Int, letters: Int) {
        let shown = text.count <= letters ? text : text.prefix(letters - 1) + "…"
        for (place, letter) in shown.enumerated() {
            for row in 0..<TinyLetters.height * dot {
                for column in 0..<TinyLetters.width * dot where TinyLetters.isSet(letter, row: row / dot, column: column / dot) {
                    let x = left + place * (TinyLetters.width + 1) * dot + column
                    for channel in 0..<3 { pixels[((top + row) * width + x) * 3 + channel] = 220 }
                }
            }
        }
    }
}
