// Powers in Double from +, -, * and / alone: what the C library's pow and exp give depends on the host.

/// A power by repeated squaring, the same on every host.
package func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}

/// e^x for x of at most 0, within two units in the last place: x = k ln 2 + r, Taylor's series of r, scaled by 2^k.
package func exponential(_ x: Double) -> Double {
    // From here on nothing is left that matters.
    guard x > -700 else { return x.isNaN ? x : 0 }
    let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    // ln 2 in two parts, of which the product of the first with k is exact.
    let r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33
    var sum = 1.0
    for term in stride(from: 15, to: 0, by: -1) { sum = 1 + sum * r / Double(term) }
    return Double(sign: .plus, exponent: Int(k), significand: sum)
}
