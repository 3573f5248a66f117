// Powers in Double from +, -, * and / alone: what the C library's pow and exp give depends on the host.

/// A power by repeated squaring, the same on every host.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}

/// e^x for x of at most 0, within a few units in the last place: Taylor's series of x / 2^k, squared k times.
package func exponential(_ x: Double) -> Double {
    // From here on nothing is left.
    guard x > -700 else { return x.isNaN ? x : 0 }
    // e^r - 1 is squared, as (e^r)^2 - 1 = (e^r - 1) (e^r - 1 + 2), so that no squaring doubles an error near 1.
    var (r, halvings) = (x, 0)
    while r < -0.125 {
        r /= 2
        halvings += 1
    }
    var sum = 1.0
    for term in stride(from: 14, to: 1, by: -1) { sum = 1 + sum * r / Double(term) }
    var less = sum * r
    for _ in 0..<halvings { less *= less + 2 }
    return 1 + less
}
