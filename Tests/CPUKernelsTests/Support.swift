import CMartletCPU

/// SplitMix64: test data are a function of the seed.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Mostly ordinary values, with zeros, subnormals and large ones among them.
    mutating func value() -> Float {
        switch Int.random(in: 0..<20, using: &self) {
        case 0: 0
        case 1: -0.0
        case 2: Float(Int.random(in: -100...100, using: &self)) * Float.leastNonzeroMagnitude
        case 3: Float.random(in: -1e6...1e6, using: &self)
        default: Float.random(in: -1...1, using: &self)
        }
    }

    mutating func values(_ count: Int) -> [Float] { (0..<count).map { _ in value() } }

    mutating func ordinary(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -3...3, using: &self) } }
}

/// Equal values: -0 is +0, NaN is NaN.
func sameBits(_ a: Float, _ b: Float) -> Bool { a == b || (a.isNaN && b.isNaN) }

func sameBits(_ a: [Float], _ b: [Float]) -> Bool { a.count == b.count && zip(a, b).allSatisfy { sameBits($0, $1) } }

typealias Kernels = OpaquePointer

/// The variants that this processor can run.
nonisolated(unsafe) let variants: [(name: String, kernels: Kernels)] = ["avx512", "avx2", "neon", "baseline"].compactMap { name in
    martlet_cpu_variant(name).map { (name, $0) }
}

nonisolated(unsafe) let baseline = martlet_cpu_variant("baseline")!

/// Calls `body` with pools of one, two and three threads.
func withPools(_ body: (OpaquePointer) throws -> Void) rethrows {
    for threads: Int32 in 1...3 {
        let pool = martlet_pool_create(threads)!
        defer { martlet_pool_destroy(pool) }
        try body(pool)
    }
}

/// Scratch of exactly `bytes`, aligned as kernels want it.
func withScratch<Result>(_ bytes: Int, _ body: (UnsafeMutableRawPointer) throws -> Result) rethrows -> Result {
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
    defer { scratch.deallocate() }
    return try body(scratch)
}
