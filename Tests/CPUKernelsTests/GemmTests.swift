import CMartletCPU
import Testing

/// A product and its operands, computed by naive loops after the numerics contract.
private struct Product: CustomStringConvertible {
    var m, n, k: Int
    var transposeA = false, transposeB = false
    var alpha: Float = 1, beta: Float = 0
    var segment: Int
    var gap = 0  // what leading dimensions have beyond the row
    var epilogue = false

    var description: String {
        "\(m)x\(n)x\(k) \(transposeA ? "T" : "N")\(transposeB ? "T" : "N") alpha \(alpha) beta \(beta) segment \(segment)"
    }

    var aStride: Int { (transposeA ? m : k) + gap }
    var bStride: Int { (transposeB ? k : n) + gap }
    var cStride: Int { n + gap }
    var aCount: Int { (transposeA ? k : m) * aStride }
    var bCount: Int { (transposeB ? n : k) * bStride }

    func naive(_ a: [Float], _ b: [Float], _ c: [Float]) -> [Float] {
        var result = c
        for i in 0..<m {
            for j in 0..<n {
                var total: Float = 0
                for begin in stride(from: 0, to: k, by: segment) {
                    var chain: Float = 0
                    for q in begin..<min(begin + segment, k) {
                        let left = transposeA ? a[q * aStride + i] : a[i * aStride + q]
                        let right = transposeB ? b[j * bStride + q] : b[q * bStride + j]
                        chain = chain.addingProduct(left, right)
                    }
                    total = begin == 0 ? chain : total + chain
                }
                var value = alpha * total
                if beta != 0 { value = value.addingProduct(beta, c[i * cStride + j]) }
                if epilogue { value += Float(i - j) }
                result[i * cStride + j] = value
            }
        }
        return result
    }

    func run(_ kernels: Kernels, _ pool: OpaquePointer, _ a: [Float], _ b: [Float], _ c: [Float]) -> [Float] {
        var result = c
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                result.withUnsafeMutableBufferPointer { result in
                    var arguments = martlet_gemm_arguments()
                    (arguments.m, arguments.n, arguments.k) = (m, n, k)
                    (arguments.a, arguments.a_stride, arguments.transpose_a) = (a.baseAddress, aStride, transposeA)
                    (arguments.b, arguments.b_stride, arguments.transpose_b) = (b.baseAddress, bStride, transposeB)
                    (arguments.c, arguments.c_stride) = (result.baseAddress, cStride)
                    (arguments.alpha, arguments.beta, arguments.segment_length) = (alpha, beta, segment)
                    if epilogue {
                        arguments.epilogue = { _, row, rows, column, columns, values, stride, _ in
                            for i in 0..<rows {
                                for j in 0..<columns { values![i * stride + j] += Float(row + i - column - j) }
                            }
                        }
                    }
                    withScratch(martlet_gemm_scratch_bytes(kernels, &arguments, martlet_pool_threads(pool))) {
                        arguments.scratch = $0
                        martlet_gemm(kernels, pool, &arguments)
                    }
                }
            }
        }
        return result
    }

    /// Every variant and number of threads gives the bits of the naive loops.
    func check(seed: UInt64, baselineToo: Bool = true) {
        var generator = Generator(state: seed)
        let a = generator.values(aCount), b = generator.values(bCount)
        // With beta 0 the result may hold anything before.
        let c = beta == 0 ? [Float](repeating: .nan, count: m * cStride) : generator.values(m * cStride)
        let expected = naive(a, b, c)
        withPools { pool in
            for (name, kernels) in variants where baselineToo || name != "baseline" {
                let result = run(kernels, pool, a, b, c)
                #expect(sameBits(result, expected), "\(self), \(name), \(martlet_pool_threads(pool)) threads")
            }
        }
    }
}

@Suite struct GemmTests {
    @Test func sizesAndTransposes() {
        let sizes = [1, 7, 17, 33, 129]
        var seed: UInt64 = 1
        for m in sizes {
            for n in sizes {
                for k in [1, 17, 129] {
                    let bits = Int(seed)
                    Product(
                        m: m, n: n, k: k, transposeA: bits & 1 != 0, transposeB: bits & 2 != 0, segment: k,
                        gap: bits % 3
                    ).check(seed: seed, baselineToo: m * n * k < 200_000)
                    seed += 1
                }
            }
        }
    }

    @Test func emptySumsAreZero() {
        for (alpha, beta) in [(1, 0), (2, 0), (1, 3)] as [(Float, Float)] {
            Product(m: 5, n: 40, k: 0, alpha: alpha, beta: beta, segment: 1).check(seed: 2)
        }
    }

    @Test func nothingToDo() {
        Product(m: 0, n: 3, k: 4, segment: 4).check(seed: 1)
        Product(m: 3, n: 0, k: 4, segment: 4).check(seed: 1)
    }

    @Test(arguments: [1, 5, 16, 100, 256, 1000]) func segments(length: Int) {
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            Product(
                m: 33, n: 20, k: 700, transposeA: transposeA, transposeB: transposeB, alpha: 0.5, beta: -2,
                segment: length, epilogue: true
            ).check(seed: UInt64(length), baselineToo: false)
            Product(
                m: 16, n: 10, k: 300, transposeA: transposeA, transposeB: transposeB, segment: length, epilogue: true
            ).check(seed: UInt64(length))
        }
    }

    @Test func randomProducts() {
        var generator = Generator(state: 7)
        for seed: UInt64 in 0..<150 {
            let k = Int.random(in: 0...400, using: &generator)
            Product(
                m: Int.random(in: 1...150, using: &generator), n: Int.random(in: 1...150, using: &generator), k: k,
                transposeA: Bool.random(using: &generator), transposeB: Bool.random(using: &generator),
                alpha: Bool.random(using: &generator) ? 1 : generator.value(),
                beta: Bool.random(using: &generator) ? 0 : generator.value(),
                segment: Bool.random(using: &generator) ? k + 1 : Int.random(in: 1...k + 1, using: &generator),
                gap: Int.random(in: 0...5, using: &generator), epilogue: Bool.random(using: &generator)
            ).check(seed: seed, baselineToo: seed % 10 == 0)
        }
    }

    /// Dot products of rows, alone and with a gap between the vector's elements, which has them computed in another way.
    @Test(arguments: [(1, 70, true), (70, 1, false), (70, 1, true), (1, 1, true)])
    func oneRowOrColumn(m: Int, n: Int, transposeB: Bool) {
        for (segment, gap) in [(700, 0), (256, 0), (90, 3), (700, 3)] {
            Product(m: m, n: n, k: 700, transposeB: transposeB, alpha: 2, beta: 0.5, segment: segment, gap: gap, epilogue: true)
                .check(seed: UInt64(segment + gap))
        }
    }

    /// Large enough for packing, blocks of k and blocks of rows.
    @Test func largeProducts() {
        Product(m: 1100, n: 300, k: 600, segment: 600).check(seed: 1, baselineToo: false)
        Product(m: 400, n: 600, k: 1100, transposeA: true, beta: 1, segment: 1100).check(seed: 2, baselineToo: false)
        Product(m: 300, n: 530, k: 900, transposeB: true, segment: 300, epilogue: true)
            .check(seed: 3, baselineToo: false)
        Product(m: 70, n: 200, k: 1300, transposeB: true, alpha: 2, segment: 650).check(seed: 4, baselineToo: false)
    }
}
