/// One pass over the bytes of a table that finds where its cells begin and end.
struct CSVScan {
    /// Cells of the header and of all rows, each as wide as the header.
    private(set) var cells: [Range<UInt32>] = []
    /// The line on which the header and each row begin.
    private(set) var lines: [Int] = []
    /// The number of columns; 0 for a text without a line.
    private(set) var width = 0

    private var line = 1

    init(_ bytes: [UInt8], path: String) throws(FormatError) {
        // A guess that is right for short numbers; it only saves the array from growing often.
        cells.reserveCapacity(bytes.count / 8)
        var position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var blankLine: Int?
        while position < bytes.count {
            let (first, start) = (line, cells.count)
            position = try scanRow(bytes, from: position, path: path)
            if cells.count == start + 1, cells[start].isEmpty {
                cells.removeLast()
                blankLine = blankLine ?? first
                continue
            }
            // Empty lines are passed over at the end only: elsewhere a row may have been lost.
            if let blankLine {
                throw .badCSV(path: path, line: blankLine, problem: "expected a row, found an empty line; remove it")
            }
            let found = cells.count - start
            if lines.isEmpty { width = found }
            guard found == width else { throw .raggedRow(path: path, line: first, expected: width, found: found) }
            lines.append(first)
        }
    }

    /// Appends the cells of one row and returns where the next begins.
    private mutating func scanRow(_ bytes: [UInt8], from start: Int, path: String) throws(FormatError) -> Int {
        var position = start
        while true {
            let cell = position
            if position < bytes.count, bytes[position] == quote {
                position = try endOfQuoted(bytes, from: position, path: path)
            }
            while position < bytes.count, !endsCell(bytes[position]) {
                guard bytes[position] != quote else {
                    throw .badCSV(
                        path: path, line: line,
                        problem: "found a quote inside a cell; quote the whole cell and double its quotes")
                }
                position += 1
            }
            cells.append(UInt32(cell)..<UInt32(position))
            guard position < bytes.count else { return position }
            let end = bytes[position]
            position += 1
            if end == comma { continue }
            if end == carriageReturn, position < bytes.count, bytes[position] == newline { position += 1 }
            line += 1
            return position
        }
    }

    /// Where the bytes go on after the closing quote.
    private mutating func endOfQuoted(_ bytes: [UInt8], from start: Int, path: String) throws(FormatError) -> Int {
        let first = line
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case quote where position + 1 < bytes.count && bytes[position + 1] == quote: position += 2
            case quote:
                position += 1
                guard position == bytes.count || endsCell(bytes[position]) else {
                    throw .badCSV(
                        path: path, line: line,
                        problem: "found text after a closing quote; double the quotes inside a quoted cell")
                }
                return position
            case newline:
                line += 1
                position += 1
            default: position += 1
            }
        }
        throw .badCSV(path: path, line: first, problem: "a quoted cell begins here and does not end; close the quote")
    }
}

private let quote = UInt8(ascii: "\"")
private let comma = UInt8(ascii: ",")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

@inline(__always)
private func endsCell(_ byte: UInt8) -> Bool {
    byte == comma || byte == newline || byte == carriageReturn
}

/// The text of a cell, without its quotes.
func cellText(_ bytes: [UInt8], _ cell: Range<UInt32>) -> String {
    let raw = bytes[Int(cell.lowerBound)..<Int(cell.upperBound)]
    guard raw.first == quote else { return String(decoding: raw, as: UTF8.self) }
    var text: [UInt8] = []
    var isFirstOfTwo = false
    for byte in raw.dropFirst().dropLast() {
        isFirstOfTwo = byte == quote && !isFirstOfTwo
        if byte != quote || isFirstOfTwo { text.append(byte) }
    }
    return String(decoding: text, as: UTF8.self)
}

/// The text without spaces and tabs at both ends.
func trimmed(_ text: String) -> String {
    let isSpace = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }), let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
}
