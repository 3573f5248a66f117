/// The value of a decimal number such as `-12.5e3`, correctly rounded; nil for any other text. Spaces and quotes
/// around it are passed over. Stricter than `Double.init`, which takes hexadecimal digits, `nan` and `inf`.
func decimal(_ cell: some BidirectionalCollection<UInt8>) -> Double? {
    var text = cell[...]
    while let byte = text.first, isPadding(byte) { text.removeFirst() }
    while let byte = text.last, isPadding(byte) { text.removeLast() }

    var rest = text
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }

    var digits: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    var isExact = true
    func takeDigits(_ shift: Int) {
        while let digit = rest.first.map({ $0 &- UInt8(ascii: "0") }), digit < 10 {
            // 2^53 is a little more than 9e15: beyond it the digits no longer fit a Double.
            if digits < 900_000_000_000_000 { digits = digits * 10 + UInt64(digit) } else { isExact = false }
            digitCount += 1
            exponent += shift
            rest.removeFirst()
        }
    }
    takeDigits(0)
    if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        takeDigits(-1)
    }
    guard digitCount > 0 else { return nil }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        rest.removeFirst()
        guard let written = Int(String(decoding: rest, as: UTF8.self)) else { return nil }
        isExact = isExact && written.magnitude < 1000
        exponent += isExact ? written : 0
        rest = rest[rest.endIndex...]
    }
    guard rest.isEmpty else { return nil }

    // Both operands are exact, so that the one operation rounds correctly (Clinger 1990); other numbers take the long way.
    guard isExact, -22...22 ~= exponent else { return Double(String(decoding: text, as: UTF8.self)) }
    let magnitude = exponent < 0 ? Double(digits) / powersOfTen[-exponent] : Double(digits) * powersOfTen[exponent]
    return isNegative ? -magnitude : magnitude
}

private func isPadding(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\"")
}

private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
