import MartletCore

/// A table of comma-separated values (RFC 4180) with one header line.
///
/// Cells stay where they lie in the file and are read when a column is asked for. Cells may be quoted, lines may end
/// with LF, CRLF or CR, a byte order mark and empty lines at the end are passed over.
public struct CSV: Sendable {
    /// Of the file, for messages.
    public let path: String
    /// The names of the columns, without the spaces around them.
    public let columns: [String]
    /// For every row the line of the file on which it begins; the first line is 1.
    public let lines: [Int]

    /// The whole file, and the cells of the rows in it, row by row; quotes are part of a cell.
    let bytes: [UInt8]
    let cells: [Range<UInt32>]

    /// Rows below the header.
    public var rowCount: Int { lines.count }

    /// Reads a table from a plain or gzip-packed file.
    ///
    /// - Throws: `empty`, `badCSV`, `raggedRow`, `unsupported` for UTF-16, `unsuitable` where no rows follow the
    ///   header or the header is missing, and what `File.readUnpacked` throws.
    public static func read(_ path: String) throws(FormatError) -> CSV {
        try CSV(parsing: File.readUnpacked(path), path: path)
    }

    /// Reads a table from its bytes; `path` is what messages call it.
    public init(parsing bytes: [UInt8], path: String) throws(FormatError) {
        guard bytes.count < UInt32.max else { throw .tooLarge(path: path, what: "the table", limit: Int(UInt32.max)) }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            throw .unsupported(path: path, what: "UTF-16 text", remedy: "save the table as UTF-8")
        }
        let scan = try CSVScan(bytes, path: path)
        guard scan.width > 0 else { throw .empty(path: path, expected: "a table with a header line") }

        self.path = path
        self.bytes = bytes
        columns = scan.cells.prefix(scan.width).map { trimmed(cellText(bytes, $0)) }
        cells = Array(scan.cells.dropFirst(scan.width))
        lines = Array(scan.lines.dropFirst())
        try checkHeader(line: scan.lines[0])
        guard rowCount > 0 else {
            throw .unsuitable(path: path, problem: "expected rows below the header, found none", remedy: "add data")
        }
    }

    private func checkHeader(line: Int) throws(FormatError) {
        if columns.count == 1, let separator = [";", "\t"].first(where: { columns[0].contains($0) }) {
            let name = separator == "\t" ? "tab" : "'\(separator)'"
            throw .badCSV(
                path: path, line: line,
                problem: "expected cells separated by commas, found \(name); save the table with commas")
        }
        guard columns.contains(where: { decimal(Array($0.utf8)) == nil }) else {
            throw .badCSV(
                path: path, line: line,
                problem: "expected the names of the columns, found only numbers; put a header line first")
        }
        var seen: [String: Int] = [:]
        for (index, name) in columns.enumerated() {
            guard !name.isEmpty else {
                throw .badCSV(
                    path: path, line: line,
                    problem: "expected a name for column \(index + 1), found none; name the column or drop it")
            }
            if let first = seen.updateValue(index, forKey: name) {
                throw .badCSV(
                    path: path, line: line,
                    problem: "columns \(first + 1) and \(index + 1) are both named '\(name)'; rename one")
            }
        }
    }
}

extension CSV {
    /// The index of a column.
    ///
    /// - Throws: `unknownColumn`, with the nearest name.
    public func index(of column: String) throws(FormatError) -> Int {
        guard let index = columns.firstIndex(of: column) else {
            throw .unknownColumn(path: path, message: unknownName("column", column, known: columns))
        }
        return index
    }

    /// The text of one cell, without its quotes and the spaces around it.
    public func text(row: Int, column: Int) -> String {
        trimmed(cellText(bytes, cells[row * columns.count + column]))
    }

    /// A column as text.
    ///
    /// - Throws: `missingValue` for an empty cell.
    public func strings(column: Int) throws(FormatError) -> [String] {
        var result: [String] = []
        result.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            let text = text(row: row, column: column)
            guard !text.isEmpty else { throw .missingValue(path: path, line: lines[row], column: columns[column]) }
            result.append(text)
        }
        return result
    }

    /// A column as numbers.
    ///
    /// - Throws: `missingValue` for an empty cell or one that says NA, NaN, null or ?; `badNumber` for any other text
    ///   that is not a decimal number in the range of float32.
    public func floats(column: Int) throws(FormatError) -> [Float] {
        try floats(columns: [column])
    }

    /// Columns as numbers, row by row: `rowCount` x `columns.count` elements.
    ///
    /// - Throws: as for one column.
    public func floats(columns picked: [Int]) throws(FormatError) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(rowCount * picked.count)
        for row in 0..<rowCount {
            for column in picked {
                let cell = cells[row * columns.count + column]
                guard let value = decimal(bytes[Int(cell.lowerBound)..<Int(cell.upperBound)]).map(Float.init),
                    value.isFinite
                else { throw notANumber(row: row, column: column) }
                result.append(value)
            }
        }
        return result
    }

    private func notANumber(row: Int, column: Int) -> FormatError {
        let text = text(row: row, column: column)
        let (line, name) = (lines[row], columns[column])
        return ["", "na", "n/a", "nan", "null", "?"].contains(text.lowercased())
            ? .missingValue(path: path, line: line, column: name)
            : .badNumber(path: path, line: line, column: name, text: text)
    }
}
