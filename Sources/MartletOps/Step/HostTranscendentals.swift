// Logarithm, cosine and powers in Double from +, -, * and / alone, for the reason given in `HostPowers.swift`. They feed
// learning rates, which are rounded to float32 afterwards: a few units in the last place of a Double are enough.

/// ln x for x > 0, within a few units in the last place: x = m 2^e with m around 1, and the series of artanh((m - 1) / (m + 1)).
package func logarithm(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x.isFinite else { return x }
    var (m, e) = (x.significand, Int(x.exponent))
    if m > 1.4142135623730951 { (m, e) = (m / 2, e + 1) }
    let f = (m - 1) / (m + 1)
    let square = f * f
    var sum = 0.0
    for term in stride(from: 23, through: 1, by: -2) { sum = sum * square + 1 / Double(term) }
    // ln 2 in two parts, of which the product of the first with e is exact.
    return Double(e) * 0x1.62e42feep-1 + (2 * f * sum + Double(e) * 0x1.a39ef35793c76p-33)
}

/// base^exponent for a base of at least 0 and an exponent of at least 0; the base must not be above 1 unless the exponent
/// is whole.
package func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == exponent.rounded(), exponent < 0x1p31 { return power(base, Int(exponent)) }
    return base == 0 ? 0 : exponential(exponent * logarithm(base))
}

/// cos(pi x) for a finite x, within a few units in the last place. Every reduction of the argument is exact.
package func cosine(halfTurns x: Double) -> Double {
    let x = x.magnitude
    var r = x - 2 * (x / 2).rounded(.down)
    if r > 1 { r = 2 - r }
    if r > 0.5 { return -cosine(quarter: 1 - r) }
    return cosine(quarter: r)
}

/// cos(pi r) for r from 0 to 1/2, by the series of the sine where the cosine is small.
private func cosine(quarter r: Double) -> Double {
    let fromSine = r > 0.25
    let y = Double.pi * (fromSine ? 0.5 - r : r)
    let square = y * y
    var sum = 1.0
    // 1 - y^2 / (1 2) (1 - y^2 / (3 4) (…)), and for the sine y (1 - y^2 / (2 3) (1 - …)).
    for term in stride(from: fromSine ? 19 : 18, to: fromSine ? 1 : 0, by: -2) {
        sum = 1 - sum * square / Double(term * (term - 1))
    }
    return fromSine ? y * sum : sum
}
