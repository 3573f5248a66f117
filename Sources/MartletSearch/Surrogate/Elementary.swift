// The exponential and the normal distribution in Double from +, -, *, / and square roots alone, so that a search makes the same
// choices on every host. (The logarithm is that of `HostTranscendentals.swift`.)

/// e^x within a few units in the last place: x = k ln 2 + r, Taylor's series of r, scaled by 2^k.
func exponential(_ x: Double) -> Double {
    guard x > -700 else { return x.isNaN ? x : 0 }
    guard x < 700 else { return .infinity }
    let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    let r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33
    var sum = 1.0
    for reciprocal in reciprocals { sum = 1 + sum * r * reciprocal }
    return Double(sign: .plus, exponent: Int(k), significand: sum)
}
private let reciprocals = (1...15).reversed().map { 1 / Double($0) }

/// The density of the standard normal distribution.
func normalDensity(_ z: Double) -> Double { 0.3989422804014327 * exponential(-z * z / 2) }

/// The standard normal distribution function, to about 12 digits: its power series near zero, a continued fraction far away.
func normalDistribution(_ z: Double) -> Double {
    guard z.magnitude < 4 else {
        let x = z.magnitude
        var fraction = x
        for term in stride(from: 60, through: 1, by: -1) { fraction = x + Double(term) / fraction }
        let tail = normalDensity(x) / fraction
        return z < 0 ? tail : 1 - tail
    }
    var (term, sum, odd) = (z, z, 1.0)
    while term.magnitude > 1e-17 * sum.magnitude, odd < 200 {
        odd += 2
        term *= z * z / odd
        sum += term
    }
    return 0.5 + sum * normalDensity(z)
}
