import Martlet

/// Rows with the same columns under a title, to be shown as text, as Markdown or as JSON.
struct Sheet {
    enum Layout {
        /// A line for each row.
        case table
        /// A heading for each row and a line for each of its cells, where cells are long.
        case entries
    }

    let title: String
    /// What each row is, in JSON.
    let kind: String
    /// How the rows are to be read.
    let note: String
    var layout = Layout.table
    /// The first is the name of a row.
    let columns: [String]
    let rows: [[Cell]]

    /// A value, and how people read it.
    struct Cell {
        let text: String
        let json: JSONValue

        init(_ text: String?) { (self.text, json) = (text ?? "", text.map { .string($0) } ?? .null) }
        init(_ number: Int) { (text, json) = ("\(number)", .integer(number)) }
        init(_ number: Double) { (text, json) = (Format.short(number), .number(number)) }
        init(_ list: [String]) { (text, json) = (list.joined(separator: ", "), .array(list.map { .string($0) })) }
        /// Places, which people count from 1.
        init(places: [Int]) { (text, json) = (places.map { "\($0 + 1)" }.joined(separator: ", "), .array(places.map { .integer($0) })) }
        init(_ settings: [Setting]) {
            text = settings.map(\.text).joined(separator: ", ")
            json = .object(settings.map { .init($0.name, $0.value.map { .number($0) } ?? .null) })
        }
    }

    /// A setting and its default; nil where there is none.
    struct Setting {
        let name: String
        let value: Double?

        var text: String { value.map { "\(name) \(Format.plain($0))" } ?? name }
    }

    var text: String {
        let body: String
        switch layout {
        case .table:
            body = Format.table([columns] + rows.map { $0.map(\.text) }, left: Set(columns.indices))
        case .entries:
            let width = columns.dropFirst().map(\.count).max() ?? 0
            body = rows.map { row in
                ([row[0].text] + filled(row).map { "    \(Format.rightPadded($0, width))  \($1)" }).joined(separator: "\n")
            }.joined(separator: "\n\n")
        }
        return "\(Terminal.bold(title))\n\(note)\n\n\(body)\n"
    }

    var markdown: String {
        let body: String
        switch layout {
        case .table:
            let lines = [columns, columns.map { _ in "---" }] + rows.map { row in
                row.enumerated().map { $0 == 0 || columns[$0] == "formula" ? Self.code($1.text) : Self.escaped($1.text) }
            }
            body = lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
        case .entries:
            body = rows.map { row in
                "### \(row[0].text)\n\n" + filled(row).map { "- \($0): \(Self.escaped($1))" }.joined(separator: "\n")
            }.joined(separator: "\n\n")
        }
        return "## \(title)\n\n\(note)\n\n\(body)\n"
    }

    var objects: [[JSONValue.Member]] {
        rows.map { row in
            [.init("kind", .string(kind))] + zip(columns, row).map { .init($0, $1.json) }
        }
    }

    /// The cells after the first that say something, with their columns.
    private func filled(_ row: [Cell]) -> [(String, String)] {
        zip(columns, row.map(\.text)).dropFirst().filter { !$1.isEmpty }
    }

    private static func code(_ text: String) -> String { text.isEmpty ? "" : "`\(text)`" }
    private static func escaped(_ text: String) -> String {
        text.map { "*_|<".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }
}

extension Format {
    /// At most four digits after the point.
    static func short(_ value: Double) -> String { plain((value * 1e4).rounded() / 1e4) }

    /// The shortest text of a number, without a fraction where there is none: `1`, `0.9`, `1e-08`.
    static func plain(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
