/// The operands that the probe tries: all triples of special values, random ones, and those on which cheaper
/// arithmetic fails: results at or next to the midpoint of two floats, and subnormal ones.
struct ProbeCases: Sendable {
    private(set) var a: [Float] = []
    private(set) var b: [Float] = []
    private(set) var c: [Float] = []
    var count: Int { a.count }

    static let all = ProbeCases()

    private init() {
        var random = SplitMix64(state: 1)
        addSpecials()
        for _ in 0..<2048 { add(random.anyFinite(), random.anyFinite(), random.anyFinite()) }
        for _ in 0..<2048 { add(random.moderate(), random.moderate(), random.moderate()) }
        for _ in 0..<2048 { addFusedHalfway(&random) }
        for _ in 0..<1024 { addProductHalfway(&random) }
        for _ in 0..<1024 { addQuotientNearHalfway(&random) }
        for _ in 0..<1024 { addRootNearHalfway(&random) }
        for _ in 0..<2048 { addSubnormals(&random) }
        // The vector kernel takes 16 at a time.
        while count % 16 != 0 { add(1, 1, 1) }
    }

    private mutating func add(_ a: Float, _ b: Float, _ c: Float) {
        self.a.append(a)
        self.b.append(b)
        self.c.append(c)
    }

    private mutating func addSpecials() {
        let magnitudes: [Float] = [
            0, .leastNonzeroMagnitude, Float.leastNormalMagnitude.nextDown, .leastNormalMagnitude, 0x1p-75, 1,
            Float(1).nextUp, Float(1).nextDown, 3, 0x1p64, .greatestFiniteMagnitude, .infinity,
        ]
        let specials = magnitudes + magnitudes.map { -$0 } + [.nan]
        for a in specials {
            for b in specials {
                for c in specials { add(a, b, c) }
            }
        }
    }

    /// a * b is half a unit in c's last place, exactly or off by 2^-46 of itself. Rounding to double first, or the product
    /// first, makes a tie of what is none.
    private mutating func addFusedHalfway(_ random: inout SplitMix64) {
        let exponent = Int(random.next() % 40) - 20
        let c = random.sign * scaled(random.odd(bits: 24), exponent - 23)
        let ulp: Float = 0x1p-23
        let (x, y): (Float, Float) = switch random.next() % 3 {
        case 0: (1 + ulp, 1 - ulp)
        case 1: (1 + ulp, 1 + ulp)
        default: (1, 1)
        }
        add(random.sign * scaled(1, exponent - 12) * x, scaled(1, -12) * y, c)
    }

    /// a * b has 25 bits and ends in a one: a tie, whose neighbours are also tried as sums.
    private mutating func addProductHalfway(_ random: inout SplitMix64) {
        let (x, y) = (random.odd(bits: 13), random.odd(bits: 12))
        add(random.sign * scaled(x, -12), scaled(y, -11), random.sign * scaled(1, -25))
    }

    /// a is the float nearest to b times a number of 25 bits, so a / b lies as near to a midpoint as it can.
    private mutating func addQuotientNearHalfway(_ random: inout SplitMix64) {
        let (quotient, b) = (random.odd(bits: 25), random.odd(bits: 24))
        add(random.sign * Float(quotient * b), Float(b), random.moderate())
    }

    /// The same for the square root.
    private mutating func addRootNearHalfway(_ random: inout SplitMix64) {
        let root = random.odd(bits: 25)
        add(Float(root * root), random.moderate(), random.moderate())
    }

    /// Subnormal operands, and quotients and products that become subnormal, some of them ties.
    private mutating func addSubnormals(_ random: inout SplitMix64) {
        let tiny = random.sign * Float(bitPattern: UInt32(truncatingIfNeeded: random.next() & 0x7f_ffff))
        switch random.next() % 4 {
        case 0: add(tiny, scaled(1, Int(random.next() % 8)), tiny)
        case 1: add(tiny, random.moderate(), random.moderate())
        case 2: add(scaled(random.odd(bits: 24), -140), scaled(random.odd(bits: 3), 10), tiny)
        default: add(scaled(random.odd(bits: 24), -90), scaled(random.odd(bits: 24), -70), tiny)
        }
    }
}

/// An integer of at most 24 bits times a power of two, exactly where that is a float.
private func scaled(_ integer: UInt64, _ exponent: Int) -> Float {
    Float(Double(integer) * Double(sign: .plus, exponent: exponent, significand: 1))
}

/// Enough of a generator for the probe (Steele, Lea, Flood 2014).
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z &>> 31)
    }

    var sign: Float { mutating get { next() & 1 == 0 ? 1 : -1 } }

    /// An odd number of exactly so many bits.
    mutating func odd(bits: UInt64) -> UInt64 { (1 << (bits - 1)) | (next() & ((1 << (bits - 1)) - 1)) | 1 }

    /// Between 1/16 and 16 in size, of either sign.
    mutating func moderate() -> Float { sign * scaled(odd(bits: 24), Int(next() % 8) - 27) }

    mutating func anyFinite() -> Float {
        while true {
            let x = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
            if x.isFinite { return x }
        }
    }
}
