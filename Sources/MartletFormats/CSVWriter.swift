/// Collects rows and writes them as a CSV file (RFC 4180, lines ended by LF) that `CSV` reads back.
public struct CSVWriter: Sendable {
    private let width: Int
    private var bytes: [UInt8] = []

    /// - Parameter columns: the header line.
    public init(columns: [String]) {
        width = columns.count
        append(columns)
    }

    /// Appends a row.
    ///
    /// - Precondition: one cell for each column.
    public mutating func append(_ row: [String]) {
        precondition(row.count == width, "\(row.count) cells do not fill \(width) columns")
        for (index, cell) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(cell, aloneOnLine: width == 1)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The table so far, without the end of the last line.
    public var text: String { String(decoding: bytes.dropLast(), as: UTF8.self) }

    /// Writes the table as a whole.
    ///
    /// - Throws: `unwritable`.
    public func write(to path: String) throws(FormatError) {
        try File.write(bytes, to: path)
    }

    private mutating func append(_ cell: String, aloneOnLine: Bool) {
        let special = [",", "\"", "\n", "\r"].map { UInt8(ascii: $0) }
        // An empty cell alone would be an empty line.
        guard cell.utf8.contains(where: special.contains) || (cell.isEmpty && aloneOnLine) else {
            bytes += cell.utf8
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in cell.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
