import Foundation
import MartletKernels
import Testing

/// A function of Shared/ beside the C library's in Float64, and the units in the last place it may differ by.
struct Formula: CustomTestStringConvertible, Sendable {
    let name: String
    let bound: Double
    let compute: @Sendable (Float) -> Float
    let reference: @Sendable (Double) -> Double
    /// Value at -infinity, zero, and +infinity.
    let limits: [Float]
    var domain: ClosedRange<Float> = -.infinity ... .infinity
    var testDescription: String { name }

    static let all: [Formula] = [
        Formula(name: "exp", bound: 1, compute: martlet_host_exp, reference: { exp($0) }, limits: [0, 1, .infinity]),
        Formula(
            name: "log", bound: 1, compute: martlet_host_log, reference: { log($0) },
            limits: [.nan, -.infinity, .infinity]),
        Formula(
            name: "expm1", bound: 2, compute: martlet_host_expm1, reference: { expm1($0) }, limits: [-1, 0, .infinity]),
        Formula(
            name: "log1p", bound: 2, compute: martlet_host_log1p, reference: { log1p($0) },
            limits: [.nan, 0, .infinity]),
        Formula(
            name: "sigmoid", bound: 3, compute: martlet_host_sigmoid,
            reference: { $0 > 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0)) }, limits: [0, 0.5, 1]),
        Formula(name: "tanh", bound: 3, compute: martlet_host_tanh, reference: { tanh($0) }, limits: [-1, 0, 1]),
        Formula(name: "erf", bound: 3, compute: martlet_host_erf, reference: { erf($0) }, limits: [-1, 0, 1]),
        Formula(
            name: "sin_turns", bound: 2, compute: martlet_host_sin_turns, reference: { sinTurns($0) },
            limits: [.nan, 0, .nan], domain: 0...1),
        Formula(
            name: "cos_turns", bound: 2, compute: martlet_host_cos_turns, reference: { sinTurns($0 + 0.25) },
            limits: [.nan, 1, .nan], domain: 0x1p-20...1),
    ]
}

/// Near its zeros the sine is taken of the distance from them.
private func sinTurns(_ turns: Double) -> Double {
    let half = (2 * turns).rounded()
    let sine = sin(2 * Double.pi * (turns - half / 2))
    return half.truncatingRemainder(dividingBy: 2) == 0 ? sine : -sine
}

private func error(_ got: Float, _ expected: Double) -> Double {
    if expected.isNaN || got.isNaN { return expected.isNaN && got.isNaN ? 0 : .infinity }
    let limit = 0x1.ffffffp127
    if abs(expected) >= limit { return got == Float(expected) ? 0 : .infinity }
    let exponent = expected == 0 ? -126 : max(expected.exponent, -126)
    let value = got.isInfinite ? Double(sign: got.sign, exponent: 128, significand: 1) : Double(got)
    return abs(value - expected) / Double(sign: .plus, exponent: exponent - 23, significand: 1)
}

@Suite("Accuracy") struct AccuracyTests {
    /// Every 4099th float: all exponents, all signs. `make accuracy` takes every float.
    @Test(arguments: Formula.all) func staysWithinItsBound(formula: Formula) {
        var worst = (error: 0.0, at: Float(0))
        for bits in stride(from: UInt32(0), through: .max - 4099, by: 4099) {
            let x = Float(bitPattern: bits)
            guard x.isNaN || formula.domain.contains(x) else { continue }
            let found = error(formula.compute(x), formula.reference(Double(x)))
            if found > worst.error { worst = (found, x) }
        }
        #expect(worst.error <= formula.bound, "\(worst.error) ulp at \(worst.at)")
    }

    @Test(arguments: Formula.all) func hasItsLimits(formula: Formula) {
        #expect(formula.compute(.nan).isNaN)
        #expect(formula.compute(-.nan).isNaN)
        for (x, limit) in zip([-Float.infinity, 0, .infinity], formula.limits) {
            let y = formula.compute(x)
            #expect(y == limit || (y.isNaN && limit.isNaN), "at \(x)")
        }
        #expect(formula.compute(-0.0) == formula.compute(0.0), "the sign of a zero does not matter")
    }

    @Test func subnormalsAreExactWhereTheFunctionIsNearlyTheIdentity() {
        for x in [Float.leastNonzeroMagnitude, 0x1p-140, 0x1.8p-127, -0x1p-149] {
            #expect(martlet_host_tanh(x) == x)
            #expect(martlet_host_expm1(x) == x)
            #expect(martlet_host_log1p(x) == x)
        }
        #expect(martlet_host_exp(-103) == 0x1p-149)
        #expect(martlet_host_exp(-104) == 0)
        #expect([26, 27].contains(Double(martlet_host_sigmoid(-100)) * 0x1p149), "e^-100 is 26.5 times the least float")
    }

    @Test func oddFunctionsAreOdd() {
        for x in stride(from: Float(0), through: 5, by: 0.001) {
            #expect(martlet_host_tanh(-x) == -martlet_host_tanh(x))
            #expect(martlet_host_erf(-x) == -martlet_host_erf(x))
        }
    }

    @Test func quartersOfATurnAreExact() {
        #expect([0, 0.25, 0.5, 0.75, 1].map { martlet_host_sin_turns($0) } == [0, 1, 0, -1, 0])
        #expect([0, 0.25, 0.5, 0.75, 1].map { martlet_host_cos_turns($0) } == [1, 0, -1, 0, 1])
        #expect([0, 0.5, 1, 2].map { martlet_host_cos_pi($0) } == [1, 0, -1, 1])
    }

    /// (1 + e)^2 - 1 differs in its last bits when the product is not rounded: e = 2^-12.
    @Test func productsAreNotContracted() {
        let a = Float(1) + 0x1p-12
        #expect(martlet_host_multiply_then_add(a, a, -1) == 0x1p-11)
        #expect(Float(-1).addingProduct(a, a) == 0x1p-11 + 0x1p-24, "else the test would prove nothing")
    }
}
