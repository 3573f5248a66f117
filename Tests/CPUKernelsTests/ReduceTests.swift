import CMartletCPU
import Testing

/// The contract's reductions, naively.
enum Naive {
    static func combine(_ operation: martlet_reduction, _ a: Float, _ b: Float) -> Float {
        if operation == MARTLET_SUM { return a + b }
        return a.isNaN ? a : b.isNaN ? b : max(a, b)
    }

    static func identity(_ operation: martlet_reduction) -> Float { operation == MARTLET_SUM ? 0 : -.infinity }

    static func contiguous(_ operation: martlet_reduction, _ values: [Float]) -> Float {
        var results: [Float] = []
        for begin in stride(from: 0, to: max(values.count, 1), by: 1024) {
            var lanes = [Float](repeating: identity(operation), count: 32)
            for i in begin..<min(begin + 1024, values.count) {
                lanes[(i - begin) % 32] = combine(operation, lanes[(i - begin) % 32], values[i])
            }
            for half in [16, 8, 4, 2, 1] {
                for lane in 0..<half { lanes[lane] = combine(operation, lanes[lane], lanes[lane + half]) }
            }
            results.append(lanes[0])
        }
        return results.count == 1 ? results[0] : contiguous(operation, results)
    }

    /// Of one column's values.
    static func outer(_ operation: martlet_reduction, _ values: [Float]) -> Float {
        var results: [Float] = []
        for begin in stride(from: 0, to: max(values.count, 1), by: 64) {
            let block = values[begin..<min(begin + 64, values.count)]
            results.append(block.reduce(identity(operation)) { combine(operation, $0, $1) })
        }
        return results.count == 1 ? results[0] : outer(operation, results)
    }
}

@Suite struct ReduceTests {
    private static let shapes = [
        (1, 1), (1, 31), (7, 33), (129, 17), (64, 300), (65, 3), (1, 1024), (3, 1025), (5000, 7), (200, 130),
    ]

    /// Reduces stored values, and the same values made by a program (x * scale + x).
    private func check(
        _ operation: martlet_reduction, _ rows: Int, _ columns: Int, divisor: Float, seed: UInt64, gap: Int = 0
    ) {
        var generator = Generator(state: seed)
        let stride = columns + gap
        let x = generator.values(rows * stride)
        let scale: Float = 0.3
        let made = x.map { $0.addingProduct($0, scale) }
        func rowsOf(_ values: [Float]) -> [[Float]] {
            (0..<rows).map { Array(values[$0 * stride..<$0 * stride + columns]) }
        }
        func columnsOf(_ values: [Float]) -> [[Float]] {
            (0..<columns).map { column in (0..<rows).map { values[$0 * stride + column] } }
        }
        for withProgram in [false, true] {
            let values = withProgram ? made : x
            let expected = rowsOf(values).map { Naive.contiguous(operation, $0) / divisor }
            let expectedOuter = columnsOf(values).map { Naive.outer(operation, $0) / divisor }
            withPools { pool in
                for (name, kernels) in variants {
                    let (inner, outer) = reduce(
                        operation, kernels, pool, x, rows, columns, stride, divisor, scale: withProgram ? scale : nil)
                    let what = "\(rows)x\(columns) \(name) \(martlet_pool_threads(pool)) threads program \(withProgram)"
                    #expect(sameBits(inner, expected), "columns, \(what)")
                    #expect(sameBits(outer, expectedOuter), "rows, \(what)")
                }
            }
        }
    }

    private func reduce(
        _ operation: martlet_reduction, _ kernels: Kernels, _ pool: OpaquePointer, _ x: [Float], _ rows: Int,
        _ columns: Int, _ stride: Int, _ divisor: Float, scale: Float?
    ) -> ([Float], [Float]) {
        var inner = [Float](repeating: .nan, count: rows), outer = [Float](repeating: .nan, count: columns)
        x.withUnsafeBufferPointer { x in
            var instructions = [martlet_instruction(), martlet_instruction(), martlet_instruction()]
            (instructions[0].kind, instructions[0].operand) = (MARTLET_LOAD, 0)
            (instructions[1].kind, instructions[1].value) = (MARTLET_CONSTANT, scale ?? 0)
            var arity: Int32 = 0
            instructions[2].kind = MARTLET_APPLY
            instructions[2].loop = martlet_cpu_pointwise(kernels, "multiply_add", &arity)
            instructions[2].sources = (0, 1, 0)
            let operands = [martlet_operand(values: x.baseAddress, row_stride: stride, column_stride: 1)]
            instructions.withUnsafeBufferPointer { instructions in
                operands.withUnsafeBufferPointer { operands in
                    let program = martlet_program(
                        instructions: instructions.baseAddress, instruction_count: 3, operands: operands.baseAddress,
                        operand_count: 1, rows: rows, columns: columns, step: nil, streams: false)
                    withUnsafePointer(to: program) { program in
                        var arguments = martlet_reduce_arguments()
                        (arguments.operation, arguments.rows, arguments.columns) = (operation, rows, columns)
                        if scale == nil {
                            (arguments.values, arguments.row_stride) = (x.baseAddress, stride)
                        } else {
                            arguments.program = program
                        }
                        arguments.divisor = divisor
                        let threads = martlet_pool_threads(pool)
                        inner.withUnsafeMutableBufferPointer { out in
                            arguments.out = out.baseAddress
                            withScratch(martlet_reduce_columns_scratch_bytes(&arguments, threads)) {
                                arguments.scratch = $0
                                martlet_reduce_columns(kernels, pool, &arguments)
                            }
                        }
                        outer.withUnsafeMutableBufferPointer { out in
                            arguments.out = out.baseAddress
                            withScratch(martlet_reduce_rows_scratch_bytes(&arguments, threads)) {
                                arguments.scratch = $0
                                martlet_reduce_rows(kernels, pool, &arguments)
                            }
                        }
                    }
                }
            }
        }
        return (inner, outer)
    }

    @Test func sums() {
        for (index, (rows, columns)) in Self.shapes.enumerated() {
            check(MARTLET_SUM, rows, columns, divisor: index % 2 == 0 ? 1 : Float(columns), seed: UInt64(index), gap: index % 3)
        }
    }

    @Test func maxima() {
        for (index, (rows, columns)) in Self.shapes.enumerated() {
            check(MARTLET_MAXIMUM, rows, columns, divisor: 1, seed: UInt64(index), gap: index % 2)
        }
    }

    @Test func severalLevels() {
        check(MARTLET_SUM, 1, 1024 * 1024 + 5000, divisor: 1, seed: 1)
        check(MARTLET_SUM, 64 * 64 * 2 + 3, 5, divisor: 3, seed: 2)
    }

    @Test func maximumKeepsNaN() {
        for place in [0, 5, 40, 99] {
            var x = [Float](repeating: 1, count: 100)
            x[place] = .nan
            for (_, kernels) in variants {
                let pool = martlet_pool_create(1)!
                defer { martlet_pool_destroy(pool) }
                let (inner, outer) = reduce(MARTLET_MAXIMUM, kernels, pool, x, 1, 100, 100, 1, scale: nil)
                #expect(inner[0].isNaN)
                #expect(outer[place].isNaN && outer[(place + 1) % 100] == 1)
            }
        }
    }

    @Test func argmaxTakesTheFirst() {
        var generator = Generator(state: 12)
        for columns in [1, 5, 16, 33, 100, 1000] {
            let rows = 40
            var x = (0..<rows * columns).map { _ in Float(Int.random(in: -20...3, using: &generator)) }
            for row in stride(from: 0, to: rows, by: 3) {  // some rows have one NaN or two
                for _ in 0..<2 { x[row * columns + Int.random(in: 0..<columns, using: &generator)] = .nan }
            }
            x[columns..<2 * columns].withUnsafeMutableBufferPointer { $0.update(repeating: -.infinity) }
            let expected = (0..<rows).map { row -> Int32 in
                let values = Array(x[row * columns..<(row + 1) * columns])
                if let nan = values.firstIndex(where: \.isNaN) { return Int32(nan) }
                return Int32(values.firstIndex(of: values.max()!)!)
            }
            withPools { pool in
                for (name, kernels) in variants {
                    var out = [Int32](repeating: -1, count: rows)
                    martlet_argmax(kernels, pool, x, columns, rows, columns, &out)
                    #expect(out == expected, "\(columns) \(name)")
                }
            }
        }
    }
}
