import MartletCore

/// The matrix product `op(A) op(B)` of an M x K and a K x N matrix, then an expression over the result.
///
/// Operands: A (M x K, or K x M when transposed), B (K x N, or N x K when transposed), each possibly with leading axes,
/// which broadcast: one product for each of their places; and what the epilogue reads, broadcast to the result.
/// Numeric order: `segmentLength(rows:columns:inner:)` of one product.
public struct Matmul: EpilogueOperation {
    public static let name = "matmul"
    public static let summary = Summary(
        "op(A) op(B), possibly batched, then an expression over the result",
        order: "segments of k, each one chain of fused multiply-adds in increasing k; segment sums added in order")

    /// Whether A is stored K x M.
    public var transposeA: Bool
    /// Whether B is stored N x K.
    public var transposeB: Bool
    /// Operand 0 is the product, operand 1 the launch's third operand, and so on.
    public var epilogue: Expression

    /// A product alone, or with an expression over it.
    public init(transposeA: Bool = false, transposeB: Bool = false, epilogue: Expression = .identity) {
        self.transposeA = transposeA
        self.transposeB = transposeB
        self.epilogue = epilogue
    }

    /// M, N and K for operands of these shapes.
    public func extents(_ a: Shape, _ b: Shape) -> (rows: Int, columns: Int, inner: Int) {
        let (a, b) = (a.extents.suffix(2), b.extents.suffix(2))
        return (transposeA ? a.last! : a.first!, transposeB ? b.first! : b.last!, transposeA ? a.first! : a.last!)
    }

    /// For each product, in order, the numbers of its factors among the matrices of A and of B.
    public func products(_ a: Shape, _ b: Shape) -> [(a: Int, b: Int)] {
        let (a, b) = (Shape(a.extents.dropLast(2)), Shape(b.extents.dropLast(2)))
        guard let batch = Broadcast.common([a, b]) else { return [] }
        let broadcast = Broadcast([a, b], to: batch)
        return (0..<batch.elementCount).map { (broadcast.offset(of: 0, at: $0), broadcast.offset(of: 1, at: $0)) }
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let marks = (transposeA ? "transposed " : "", transposeB ? "transposed " : "")
        let expected = "a \(marks.0)m x k and a \(marks.1)k x n float32 matrix with equal k and leading axes that broadcast"
        try require(operands.count >= 2 && operands.allSatisfy { $0.dtype == .float32 }, expected, operands)
        let (a, b) = (operands[0].shape, operands[1].shape)
        try require(a.rank >= 2 && b.rank >= 2, expected, operands)
        let (rows, columns, inner) = extents(a, b)
        let leading = [a, b].map { Shape(Array($0.extents.dropLast(2))) }
        guard inner == b[b.rank - (transposeB ? 1 : 2)], let batch = Broadcast.common(leading) else {
            throw ShapeError(Self.name, expected: expected, found: operands)
        }
        let result = Shape(batch.extents + [rows, columns])
        try requireEpilogue(over: result, operands)
        return [TensorType(result)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        precondition(epilogue == .identity, "gradients are taken before fusion")
        let (a, b, dy) = (operands[0], operands[1], upstream[0]!)
        let da = transposeA
            ? try graph.apply(Matmul(transposeA: transposeB, transposeB: true), [b, dy])[0]
            : try graph.apply(Matmul(transposeB: !transposeB), [dy, b])[0]
        let db = transposeB
            ? try graph.apply(Matmul(transposeA: true, transposeB: transposeA), [dy, a])[0]
            : try graph.apply(Matmul(transposeA: !transposeA), [a, dy])[0]
        // A factor that several products share gets the sum of its gradients.
        return [try graph.sum(da, to: graph.type(of: a).shape), try graph.sum(db, to: graph.type(of: b).shape)]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        let (rows, columns, inner) = extents(operands[0].shape, operands[1].shape)
        let count = rows * columns == 0 ? 0 : results[0].elementCount / (rows * columns)
        return Cost(flops: count * rows * columns * (2 * inner + epilogue.operationCount), operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let (a, b) = (operands[0], operands[1])
        let (rows, columns, inner) = extents(a.type.shape, b.type.shape)
        let extra = Array(operands.dropFirst(2))
        let broadcast = Broadcast(extra.map(\.type.shape), to: results[0].type.shape)
        for (number, product) in products(a.type.shape, b.type.shape).enumerated() {
            let (left, right) = (product.a * rows * inner, product.b * inner * columns)
            for place in 0 ..< rows * columns {
                let (row, column) = (place / columns, place % columns)
                var sum = 0.0
                for k in 0..<inner {
                    sum += a[left + (transposeA ? k * rows + row : row * inner + k)]
                        * b[right + (transposeB ? column * inner + k : k * columns + column)]
                }
                let index = number * rows * columns + place
                results[0][index] = epilogue.evaluate(at: index, step: step) { operand in
                    operand == 0 ? sum : extra[operand - 1][broadcast.offset(of: operand - 1, at: index)]
                }
            }
        }
    }

    public static var samples: [Sample] {
        var samples: [Sample] = []
        let extents = [
            (1, 1, 1), (7, 17, 33), (64, 10, 129), (33, 1, 7), (129, 65, 64), (1, 129, 2049), (17, 33, 1100),
            // Few rows have tiles of their own.
            (1, 513, 7), (2, 65, 7), (3, 65, 7),
        ]
        for (m, n, k) in extents {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                let a: Shape = transposeA ? [k, m] : [m, k]
                let b: Shape = transposeB ? [n, k] : [k, n]
                samples.append(Sample(
                    "\(m)x\(n)x\(k) \(transposeA ? "T" : "N")\(transposeB ? "T" : "N")",
                    Matmul(transposeA: transposeA, transposeB: transposeB), [TensorType(a), TensorType(b)],
                    differentiable: m == 7 ? [0, 1] : [], tolerance: 2e-5))
            }
        }
        let batches: [([Int], [Int])] = [([3], [3]), ([2, 3], [3]), ([], [2]), ([5], []), ([2, 1], [1, 3]), ([1], [4])]
        for (number, (first, second)) in batches.enumerated() {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                let (m, n, k) = [(7, 17, 5), (33, 3, 7), (1, 1, 1), (17, 40, 300), (4, 33, 1100), (3, 2, 0)][number]
                let a = Shape(first + (transposeA ? [k, m] : [m, k])), b = Shape(second + (transposeB ? [n, k] : [k, n]))
                samples.append(Sample(
                    "\(a) by \(b) \(transposeA ? "T" : "N")\(transposeB ? "T" : "N")",
                    Matmul(transposeA: transposeA, transposeB: transposeB), [TensorType(a), TensorType(b)],
                    differentiable: number < 3 ? [0, 1] : [], tolerance: 2e-5))
            }
        }
        let fused = Expression { e in e.apply(.relu, e.apply(.add, e.operand(0), e.operand(1))) }
        let masked = Expression { e in
            e.apply(.reluGradient, e.operand(1), e.apply(.multiply, e.operand(0), e.dropout(stream: 2, threshold: 1 << 31, scale: 2)))
        }
        for (m, n, k) in [(7, 17, 33), (65, 129, 64), (3, 40, 1100)] {
            let product: [TensorType] = [TensorType([m, k]), TensorType([k, n])]
            samples.append(Sample(
                "\(m)x\(n)x\(k) bias relu", Matmul(epilogue: fused), product + [TensorType([n])], tolerance: 2e-5))
            samples.append(Sample(
                "3 of \(m)x\(n)x\(k) bias relu", Matmul(epilogue: fused),
                [TensorType([3, m, k]), TensorType([k, n]), TensorType([3, 1, n])], tolerance: 2e-5))
            samples.append(Sample(
                "3 of \(m)x\(n)x\(k) masked", Matmul(transposeB: true, epilogue: masked),
                [TensorType([m, k]), TensorType([3, n, k]), TensorType([m, n])], tolerance: 2e-5))
            samples.append(Sample(
                "\(m)x\(n)x\(k) masked", Matmul(epilogue: masked), product + [TensorType([m, n])], tolerance: 2e-5))
        }
        return samples
    }
}
