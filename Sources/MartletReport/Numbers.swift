/// `64`, `1.5k`, `0.01`, `1e-7`: at most four digits, for ticks and cells.
public func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    if value < 0 { return "−" + short(-value) }
    func plain(_ value: Double, _ scale: Double) -> String {
        let text = "\((value * scale).rounded() / scale)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    if value == 0 { return "0" }
    if value >= 1e12 {
        var (mantissa, power) = (value, 0)
        while mantissa >= 10 { (mantissa, power) = (mantissa / 10, power + 1) }
        return plain(mantissa, 10) + "e\(power)"
    }
    if value >= 1e9 { return plain(value / 1e9, 100) + "G" }
    if value >= 1e6 { return plain(value / 1e6, 100) + "M" }
    if value >= 1e4 { return plain(value / 1e3, 10) + "k" }
    if value >= 100 { return plain(value, 10) }
    if value >= 1 { return plain(value, 1000) }
    if value >= 1e-3 { return plain(value, 100_000) }
    if value >= 1e-4 { return plain(value, 1_000_000) }
    var (mantissa, power) = (value, 0)
    while mantissa < 1 { (mantissa, power) = (mantissa * 10, power - 1) }
    if (mantissa * 10).rounded() >= 100 { (mantissa, power) = (1, power + 1) }
    return plain(mantissa, 10) + "e\(power)"
}

/// One digit after the point: as fine as a place in a picture needs.
func fixed(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

/// For HTML and SVG. A percentage stays in one piece.
public func escaped(_ text: String) -> String {
    // Most texts are as they are.
    guard text.utf8.contains(where: { special.contains($0) }) else { return text }
    return text.replacing(" %", with: "\u{A0}%").reduce(into: "") { result, letter in
        switch letter {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.append(letter)
        }
    }
}

private let special = Array("%&<>\"".utf8)
