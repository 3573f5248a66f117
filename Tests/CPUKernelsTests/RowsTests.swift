import CMartletCPU
import MartletKernels
import Testing

@Suite struct RowsTests {
    private let indices: [Int32] = [3, 0, -1, 8, 9, 3, 3, 100, 5]
    private let tableRows = 9

    private func gather<Element, Result>(
        _ type: martlet_table_type, _ table: [Element], width: Int, divisor: Float = 1, _ kernels: Kernels,
        _ pool: OpaquePointer, into result: inout [Result]
    ) {
        table.withUnsafeBytes { table in
            indices.withUnsafeBufferPointer { indices in
                result.withUnsafeMutableBytes { result in
                    var arguments = martlet_gather_arguments(
                        type: type, table: table.baseAddress, table_rows: tableRows, width: width,
                        indices: indices.baseAddress, count: indices.count, divisor: divisor, out: result.baseAddress)
                    martlet_gather(kernels, pool, &arguments)
                }
            }
        }
    }

    @Test func gathersEveryType() {
        var generator = Generator(state: 31)
        for width in [1, 7, 784, 3000] {
            let floats = generator.values(tableRows * width)
            let bytes = (0..<tableRows * width).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let integers = (0..<tableRows * width).map { _ in Int32.random(in: .min ... .max, using: &generator) }
            func expected<Element, Result>(_ table: [Element], missing: Result, _ convert: (Element) -> Result) -> [Result] {
                indices.flatMap { index in
                    (0..<width).map { (0..<tableRows).contains(Int(index)) ? convert(table[Int(index) * width + $0]) : missing }
                }
            }
            withPools { pool in
                for (_, kernels) in variants {
                    var result = [Float](repeating: 7, count: indices.count * width)
                    gather(MARTLET_TABLE_FLOAT32, floats, width: width, kernels, pool, into: &result)
                    #expect(sameBits(result, expected(floats, missing: .nan) { $0 }))
                    gather(MARTLET_TABLE_UINT8, bytes, width: width, divisor: 255, kernels, pool, into: &result)
                    #expect(sameBits(result, expected(bytes, missing: .nan) { Float($0) / 255 }))
                    var words = [Int32](repeating: 7, count: indices.count * width)
                    gather(MARTLET_TABLE_INT32, integers, width: width, kernels, pool, into: &words)
                    #expect(words == expected(integers, missing: 0) { $0 })
                }
            }
        }
    }

    @Test func gradientsAddInOrder() {
        var generator = Generator(state: 32)
        for (width, count) in [(1, 50), (7, 50), (500, 300)] {
            let gradient = generator.values(width * count)
            let indices = (0..<count).map { _ in Int32.random(in: -1...9, using: &generator) }
            var expected = [Float](repeating: 0, count: tableRows * width)
            for i in 0..<count where (0..<tableRows).contains(Int(indices[i])) {
                for j in 0..<width { expected[Int(indices[i]) * width + j] += gradient[i * width + j] }
            }
            withPools { pool in
                for (_, kernels) in variants {
                    var result = [Float](repeating: .nan, count: tableRows * width)
                    martlet_gather_gradient(kernels, pool, gradient, indices, count, tableRows, width, &result)
                    #expect(sameBits(result, expected))
                }
            }
        }
    }

    @Test func batchIndices() {
        var step = martlet_step()
        (step.sample_count, step.batch_start, step.shuffle_low, step.shuffle_high) = (100, 90, 5, 6)
        var out = [Int32](repeating: 7, count: 12)
        martlet_batch_indices(&step, 12, &out)
        #expect(out == [90, 91, 92, 93, 94, 95, 96, 97, 98, 99, -1, -1])
        step.shuffled = 1
        martlet_batch_indices(&step, 12, &out)
        #expect(out == (90..<100).map { Int32(martlet_host_permute($0, 100, 5, 6)) } + [-1, -1])
    }
}
