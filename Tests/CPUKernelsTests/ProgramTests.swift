import CMartletCPU
import MartletKernels
import Testing

private func loop(_ name: String, _ kernels: Kernels) -> (martlet_pointwise_loop, Int) {
    var arity: Int32 = 0
    let loop = martlet_cpu_pointwise(kernels, name, &arity)
    return (loop!, Int(arity))
}

/// Names with their numbers of arguments.
private let functions = [
    ("negate", 1), ("add", 2), ("subtract", 2), ("multiply", 2), ("divide", 2), ("multiply_add", 3), ("square_root", 1),
    ("exp", 1), ("log", 1), ("maximum", 2), ("select_positive", 3), ("relu", 1), ("relu_gradient", 2), ("tanh", 1),
    ("sigmoid", 1),
]

@Suite struct PointwiseTests {
    @Test func loopsAgreeBetweenVariants() {
        var generator = Generator(state: 3)
        for (name, arity) in functions {
            for count in [0, 1, 7, 16, 33, 1000] {
                let inputs = (0..<3).map { _ in generator.values(count) }
                var expected = [Float](repeating: 0, count: count)
                let (reference, found) = loop(name, baseline)
                #expect(found == arity)
                for i in 0..<count {  // one at a time: the same bits without vectors
                    reference(&expected[i], [inputs[0][i]], [inputs[1][i]], [inputs[2][i]], 1)
                }
                for (variant, kernels) in variants {
                    var result = [Float](repeating: 0, count: count)
                    loop(name, kernels).0(&result, inputs[0], inputs[1], inputs[2], count)
                    #expect(sameBits(result, expected), "\(name) \(count) \(variant)")

                    var inPlace = inputs[0]
                    inPlace.withUnsafeMutableBufferPointer {
                        loop(name, kernels).0($0.baseAddress, $0.baseAddress, inputs[1], inputs[2], count)
                    }
                    #expect(sameBits(inPlace, expected), "\(name) \(count) \(variant) in place")
                }
            }
        }
    }

    @Test func arithmeticIsSwifts() {
        var generator = Generator(state: 4)
        let a = generator.values(100), b = generator.values(100), c = generator.values(100)
        for (_, kernels) in variants {
            var result = a
            loop("multiply_add", kernels).0(&result, a, b, c, 100)
            #expect(sameBits(result, (0..<100).map { c[$0].addingProduct(a[$0], b[$0]) }))
            loop("square_root", kernels).0(&result, a, nil, nil, 100)
            #expect(sameBits(result, a.map { $0.squareRoot() }))
            loop("relu", kernels).0(&result, a, nil, nil, 100)
            #expect(sameBits(result, a.map { $0 < 0 ? 0 : $0 }))
        }
    }

    /// A pair's loop gives what one loop after the other gives.
    @Test(arguments: [("subtract", "square"), ("subtract", "exp"), ("subtract", "multiply"), ("negate", "multiply_add"), ("multiply_add", "relu")])
    func pairs(_ first: String, _ second: String) {
        var generator = Generator(state: 5)
        for (variant, kernels) in variants {
            let (one, taken) = loop(first, kernels), (two, _) = loop(second, kernels), (both, arity) = loop("\(first) \(second)", kernels)
            for count in [1, 7, 16, 33, 1000] {
                let inputs = (0..<arity).map { _ in generator.values(count) }
                let padded = inputs + [[Float]](repeating: [], count: 3)
                var between = [Float](repeating: 0, count: count), expected = between, result = between
                one(&between, padded[0], padded[1], padded[2], count)
                two(&expected, between, padded[taken], padded[taken + 1], count)
                both(&result, padded[0], padded[1], padded[2], count)
                #expect(sameBits(result, expected), "\(first) \(second) \(count) \(variant)")
            }
        }
    }

    @Test func unknownNames() {
        var arity: Int32 = 0
        #expect(martlet_cpu_pointwise(baseline, "no such function", &arity) == nil)
    }
}

/// A program whose operands the test owns, and its naive evaluation, element by element.
private struct Program {
    enum Instruction {
        case load(Int)
        case constant(Float)
        case apply(String, [Int])
        case uniform(UInt32), normal(UInt32)
        case dropout(UInt32, threshold: UInt32, scale: Float)
    }

    struct Operand {
        var values: [Float]
        var rowStride, columnStride: Int
    }

    var rows, columns: Int
    var operands: [Operand]
    var instructions: [Instruction]
    var step = martlet_step()

    func naive() -> [Float] {
        (0..<rows * columns).map { flat in
            let row = flat / columns, column = flat % columns, index = UInt32(flat)
            var results: [Float] = []
            for instruction in instructions {
                func bits(_ stream: UInt32) -> UInt32 {
                    martlet_host_random_bits(index, step.step, stream, step.seed_low, step.seed_high)
                }
                switch instruction {
                case .load(let which):
                    let operand = operands[which]
                    results.append(operand.values[row * operand.rowStride + column * operand.columnStride])
                case .constant(let value): results.append(value)
                case .apply(let name, let sources):
                    var result: Float = 0
                    let arguments = sources.map { results[$0] } + [0, 0]
                    loop(name, baseline).0(&result, [arguments[0]], [arguments[1]], [arguments[2]], 1)
                    results.append(result)
                case .uniform(let stream): results.append(martlet_host_uniform(bits(stream)))
                case .normal(let stream):
                    results.append(martlet_host_normal(index, step.step, stream, step.seed_low, step.seed_high))
                case .dropout(let stream, let threshold, let scale):
                    results.append(bits(stream) >= threshold ? scale : 0)
                }
            }
            return results.last!
        }
    }

    func withC<Result>(_ kernels: Kernels, _ body: (inout martlet_program) -> Result) -> Result {
        let raw: [martlet_instruction] = instructions.map { instruction in
            var raw = martlet_instruction()
            raw.sources = (-1, -1, -1)
            switch instruction {
            case .load(let which): (raw.kind, raw.operand) = (MARTLET_LOAD, Int32(which))
            case .constant(let value): (raw.kind, raw.value) = (MARTLET_CONSTANT, value)
            case .apply(let name, let sources):
                let padded = sources.map(Int32.init) + [-1, -1]
                (raw.kind, raw.loop, raw.sources) = (MARTLET_APPLY, loop(name, kernels).0, (padded[0], padded[1], padded[2]))
            case .uniform(let stream): (raw.kind, raw.stream) = (MARTLET_UNIFORM, stream)
            case .normal(let stream): (raw.kind, raw.stream) = (MARTLET_NORMAL, stream)
            case .dropout(let stream, let threshold, let scale):
                (raw.kind, raw.stream, raw.threshold, raw.value) = (MARTLET_DROPOUT, stream, threshold, scale)
            }
            return raw
        }
        let storage = operands.map { operand in
            let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(operand.values.count, 1))
            _ = copy.update(fromContentsOf: operand.values)
            return copy
        }
        defer { storage.forEach { $0.deallocate() } }
        let rawOperands = zip(storage, operands).map {
            martlet_operand(values: $0.baseAddress, row_stride: $1.rowStride, column_stride: $1.columnStride)
        }
        return withUnsafePointer(to: step) { step in
            raw.withUnsafeBufferPointer { raw in
                rawOperands.withUnsafeBufferPointer { rawOperands in
                    var program = martlet_program(
                        instructions: raw.baseAddress, instruction_count: Int32(raw.count),
                        operands: rawOperands.baseAddress, operand_count: Int32(rawOperands.count), rows: rows,
                        columns: columns, step: step, streams: false)
                    return body(&program)
                }
            }
        }
    }

    func check(_ comment: String = "") {
        let expected = naive()
        let bytes = martlet_program_scratch_bytes(Int32(instructions.count))
        withPools { pool in
            let threads = Int(martlet_pool_threads(pool))
            for (name, kernels) in variants {
                // Past the caches too, to places where a vector begins and to one where none does.
                for (streams, offset) in [(false, 0), (true, 0), (true, 1)] {
                    var result = [Float](repeating: .nan, count: rows * columns + offset)
                    withC(kernels) { program in
                        program.streams = streams
                        result.withUnsafeMutableBufferPointer { result in
                            withScratch(bytes * threads) { martlet_program_run(kernels, pool, &program, result.baseAddress! + offset, $0) }
                        }
                    }
                    #expect(
                        sameBits(Array(result[offset...]), expected),
                        "\(comment) \(rows)x\(columns) \(name) \(threads) threads, streams \(streams) to \(offset)")
                }
            }
        }
        // A block of it, into a wider output.
        let row = rows / 3, column = columns / 4, height = rows - row - rows / 5, width = columns - column - columns / 6
        for (name, kernels) in variants {
            var result = [Float](repeating: 7, count: height * (width + 3))
            withC(kernels) { program in
                withScratch(bytes) {
                    martlet_program_run_block(kernels, &program, row, height, column, width, &result, width + 3, $0)
                }
            }
            let wanted = (0..<height * (width + 3)).map { flat -> Float in
                let (r, c) = (flat / (width + 3), flat % (width + 3))
                return c < width ? expected[(row + r) * columns + column + c] : 7
            }
            #expect(sameBits(result, wanted), "\(comment) block of \(rows)x\(columns) \(name)")
        }
    }
}

@Suite struct ProgramTests {
    private static let shapes = [
        (1, 1), (1, 7), (7, 1), (17, 33), (129, 3), (3, 129), (64, 100), (5, 2049), (70, 300), (1, 40_001), (3000, 16),
    ]

    private func operand(_ rows: Int, _ columns: Int, _ kind: Int, _ generator: inout Generator) -> Program.Operand {
        switch kind {
        case 0: .init(values: generator.values(rows * columns), rowStride: columns, columnStride: 1)
        case 1: .init(values: generator.values(columns), rowStride: 0, columnStride: 1)
        case 2: .init(values: generator.values(rows), rowStride: 1, columnStride: 0)
        case 3: .init(values: generator.values(1), rowStride: 0, columnStride: 0)
        case 4: .init(values: generator.values(rows * columns), rowStride: 1, columnStride: rows)
        default: .init(values: generator.values(rows * (columns + 5)), rowStride: columns + 5, columnStride: 1)
        }
    }

    @Test func biasAndActivation() {
        var generator = Generator(state: 5)
        for (rows, columns) in Self.shapes {
            Program(
                rows: rows, columns: columns,
                operands: [operand(rows, columns, 0, &generator), operand(rows, columns, 1, &generator)],
                instructions: [.load(0), .load(1), .apply("add", [0, 1]), .apply("relu", [2])]
            ).check("bias and relu")
        }
    }

    @Test func operandsOfEveryLayout() {
        var generator = Generator(state: 6)
        for (rows, columns) in Self.shapes {
            let operands = (0..<6).map { operand(rows, columns, $0, &generator) }
            for kind in 0..<6 {
                Program(rows: rows, columns: columns, operands: [operands[kind]], instructions: [.load(0)])
                    .check("layout \(kind)")
            }
            Program(
                rows: rows, columns: columns, operands: operands,
                instructions: (0..<6).map { .load($0) } + [
                    .constant(0.75), .apply("multiply_add", [0, 1, 2]), .apply("multiply_add", [3, 4, 5]),
                    .apply("multiply", [6, 7]), .apply("subtract", [9, 8]),
                ]
            ).check("all layouts")
        }
    }

    @Test func randomness() {
        var step = martlet_step()
        (step.step, step.seed_low, step.seed_high) = (11, 123, 456)
        for (rows, columns) in Self.shapes {
            for instruction: Program.Instruction in [
                .uniform(3), .normal(4), .dropout(5, threshold: 0x4000_0000, scale: 1.25),
            ] {
                Program(rows: rows, columns: columns, operands: [], instructions: [instruction], step: step)
                    .check("\(instruction)")
            }
        }
    }

    @Test func longPrograms() {
        var generator = Generator(state: 8)
        var instructions: [Program.Instruction] = [.load(0), .constant(0.5)]
        for i in 0..<150 { instructions.append(.apply("multiply_add", [i, 1, i + 1])) }
        Program(
            rows: 3, columns: 500, operands: [operand(3, 500, 0, &generator)], instructions: instructions
        ).check("long")
    }

    @Test func constantAlone() {
        Program(rows: 3, columns: 700, operands: [], instructions: [.constant(2)]).check("constant")
    }

    @Test func inPlace() {
        var generator = Generator(state: 9)
        for (rows, columns) in Self.shapes {
            let x = operand(rows, columns, 0, &generator), bias = operand(rows, columns, 1, &generator)
            let program = Program(
                rows: rows, columns: columns, operands: [x, bias],
                instructions: [.load(0), .load(1), .apply("add", [0, 1]), .apply("multiply", [2, 0])])
            let expected = program.naive()
            withPools { pool in
                for (name, kernels) in variants {
                    var result = x.values
                    let bytes = martlet_program_scratch_bytes(4) * Int(martlet_pool_threads(pool))
                    program.withC(kernels) { raw in
                        result.withUnsafeMutableBufferPointer { result in
                            var operands = [raw.operands[0], raw.operands[1]]
                            operands[0].values = UnsafePointer(result.baseAddress)
                            operands.withUnsafeBufferPointer { operands in
                                raw.operands = operands.baseAddress
                                withScratch(bytes) { martlet_program_run(kernels, pool, &raw, result.baseAddress, $0) }
                            }
                        }
                    }
                    #expect(sameBits(result, expected), "\(rows)x\(columns) \(name)")
                }
            }
        }
    }
}
