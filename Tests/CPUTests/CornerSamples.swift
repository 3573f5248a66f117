import MartletCore
import MartletOps

/// What the table's samples leave out: extents of 0 and 1, operands that rows and columns cannot express, and random
/// numbers inside such expressions.
enum CornerSamples {
    static let all = pointwise + reduce + matmul + rows

    private static func types(_ shapes: [Shape]) -> [TensorType] { shapes.map { TensorType($0) } }

    private static let add = Expression(.add)
    private static let addThree = Expression { e in e.apply(.add, e.apply(.add, e.operand(0), e.operand(1)), e.operand(2)) }
    private static let dropout = Expression { e in
        e.apply(.multiply, e.operand(0), e.dropout(stream: 5, threshold: 1 << 31, scale: 2))
    }
    private static let noise = Expression { e in
        e.apply(.add, e.apply(.add, e.operand(0), e.normal(stream: 1)), e.uniform(stream: 2))
    }
    /// So many instructions that chunks have their least length.
    private static let long = Expression { e in
        (0..<120).reduce(e.operand(0)) { term, index in
            e.apply(.add, e.apply(.multiply, term, e.constant(0.5)), e.constant(Float(index) / 128))
        }
    }
    private static let squaredDeviation = Expression { e in
        e.apply(.square, e.apply(.subtract, e.operand(0), e.operand(1)))
    }

    private static let pointwise: [Sample] = {
        var samples: [Sample] = []
        let pairs: [(Shape, Shape)] = [
            ([4, 1, 3, 1, 5], [1, 2, 1, 7, 1]), ([6, 1, 4], [6, 5, 4]), ([3, 1, 700], [300, 1]), ([2000, 3], [2000, 1]),
            ([3000, 1, 2], [3, 1]), (.scalar, .scalar), (.scalar, [3, 5]), ([1, 1], [1]), ([0], [0]), ([3, 0, 2], [2]),
        ]
        for (a, b) in pairs { samples.append(Sample("corner add \(a) and \(b)", Pointwise(add), types([a, b]))) }
        samples.append(Sample(
            "corner three ways", Pointwise(addThree), types([[7, 1, 5, 1], [1, 3, 1, 9], [7, 3, 5, 9]])))
        for shape: Shape in [.scalar, [1], [3, 5], [4099], [0]] {
            samples.append(Sample("corner constant \(shape)", Pointwise(Expression { $0.constant(2.5) }, shape: shape), []))
        }
        for (operand, shape): (Shape, Shape) in [
            ([5, 1, 7], [5, 3, 7]), ([5, 3, 1], [5, 3, 7]), ([300, 1, 2], [300, 40, 2]), ([7], [33, 7]), ([33, 1], [33, 7]),
            ([1], [4099]), ([2, 1, 3, 1], [2, 5, 3, 11]), ([0, 1, 3], [0, 2, 3]),
        ] {
            samples.append(Sample("corner dropout \(operand) to \(shape)", Pointwise(dropout, shape: shape), types([operand])))
            samples.append(Sample("corner noise \(operand) to \(shape)", Pointwise(noise, shape: shape), types([operand])))
        }
        for shape: Shape in [[1], [63], [64, 129], [2000, 3]] {
            samples.append(Sample("corner long \(shape)", Pointwise(long), types([shape])))
        }
        return samples
    }()

    private static let reduce: [Sample] = {
        var samples: [Sample] = []
        let plain: [(Shape, Range<Int>)] = [
            ([5000, 1], 0..<1), ([70000, 2], 0..<1), ([2, 70000], 1..<2), ([1_100_000], 0..<1), ([1, 5, 1], 1..<2),
            ([2, 3, 5, 7], 1..<3), ([1, 129, 7], 1..<2), ([0, 3], 1..<2), ([2, 5, 0], 1..<2),
        ]
        let empty: [(Shape, Range<Int>)] = [([0, 3], 0..<1), ([3, 0], 1..<2), ([2, 0, 3], 1..<2), ([0], 0..<1)]
        for kind in Reduce.Kind.allCases {
            for (shape, axes) in plain + (kind == .maximum || kind == .minimum ? [] : empty) {
                samples.append(Sample("corner \(kind) \(shape) over \(axes)", Reduce(kind, axes: axes), types([shape]), tolerance: 1e-4))
            }
            for (shape, axes): (Shape, Range<Int>) in [
                ([17, 33], 0..<1), ([17, 33], 1..<2), ([3, 129, 7], 1..<2), ([3, 129, 7], 1..<3), ([3, 129, 7], 0..<2),
                ([5000, 3], 0..<1), ([4, 2500], 1..<2),
            ] {
                samples.append(Sample(
                    "corner \(kind) of dropout \(shape) over \(axes)", Reduce(kind, axes: axes, prologue: dropout), types([shape])))
            }
            for (operands, axes): ([Shape], Range<Int>) in [
                ([[3, 70, 7], [7]], 1..<2), ([[3, 70, 7], [70, 1]], 1..<2), ([[4, 6, 5], [5]], 1..<3), ([[4, 6, 5], [4, 1, 1]], 1..<3),
                ([[4, 6, 5], [6, 1]], 0..<2), ([[4, 6, 5], [4, 1, 5]], 0..<1), ([[5, 1], [7]], 0..<1), ([[5, 1], [7]], 1..<2),
                ([[300, 2], [1]], 0..<1), ([[2, 3000], [2, 1]], 1..<2), ([[70, 1, 3], [2, 1]], 0..<2),
            ] {
                samples.append(Sample(
                    "corner \(kind) of squares \(operands) over \(axes)", Reduce(kind, axes: axes, prologue: squaredDeviation),
                    types(operands)))
            }
        }
        samples.append(Sample(
            "corner maximum special", Reduce(.maximum, axes: 0..<1), types([[200, 33]]), [.special]))
        return samples
    }()

    private static let matmul: [Sample] = {
        var samples: [Sample] = []
        let shape: [(m: Int, n: Int, k: Int)] = [
            (3, 5, 0), (20, 40, 0), (0, 5, 3), (3, 0, 5), (9, 20, 300), (64, 300, 300), (300, 280, 600), (2, 40, 2100),
        ]
        let epilogue = Expression { e in
            let scaled = e.apply(.multiply, e.operand(0), e.dropout(stream: 2, threshold: 1 << 30, scale: 2))
            return e.apply(.add, e.apply(.add, scaled, e.operand(1)), e.apply(.multiply, e.operand(2), e.operand(3)))
        }
        for (m, n, k) in shape {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                let product = types([transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]])
                let name = "corner \(m)x\(n)x\(k) \(transposeA ? "T" : "N")\(transposeB ? "T" : "N")"
                let plain = Matmul(transposeA: transposeA, transposeB: transposeB)
                samples.append(Sample(name, plain, product, tolerance: 2e-5))
                var fused = plain
                fused.epilogue = epilogue
                samples.append(Sample("\(name) fused", fused, product + types([[n], [m, 1], [1]]), tolerance: 2e-5))
            }
        }
        let ignoring = Expression { e in e.operand(1) }
        for extra: Shape in [.scalar, [1, 9], [5, 1], [5, 9]] {
            samples.append(Sample(
                "corner product replaced by \(extra)", Matmul(epilogue: ignoring), types([[5, 3], [3, 9], extra])))
        }
        return samples
    }()

    private static let rows: [Sample] = {
        func labels(_ count: Int) -> TensorType { TensorType([count], .int32) }
        return [
            Sample("corner no rows", SoftmaxCrossEntropy(), [TensorType([0, 3]), labels(0)], [.normal, .integers(3)]),
            Sample("corner special", SoftmaxCrossEntropy(), [TensorType([65, 33]), labels(65)], [.special, .integers(33)]),
            Sample("corner labels beyond", SoftmaxCrossEntropy(), [TensorType([33, 5]), labels(33)], [.normal, .integers(10)]),
            Sample(
                "corner gradient, labels beyond", SoftmaxCrossEntropyGradient(),
                [TensorType([33, 5]), labels(33), TensorType([33])], [.probabilities, .integers(10)]),
            Sample("corner match no rows", TopClassMatch(), [TensorType([0, 3]), labels(0)], [.normal, .integers(3)]),
            Sample("corner match special", TopClassMatch(), [TensorType([500, 17]), labels(500)], [.special, .integers(17)]),
            Sample("corner match labels beyond", TopClassMatch(), [TensorType([33, 5]), labels(33)], [.normal, .integers(10)]),
            Sample("corner gather nothing", Gather(), [TensorType([5, 3]), labels(0)], [.normal, .integers(5)]),
            Sample("corner gather empty rows", Gather(), [TensorType([5, 0]), labels(7)], [.normal, .integers(5)]),
            Sample("corner gather scalars", Gather(), [TensorType([5]), labels(7)], [.normal, .integers(7)]),
            Sample("corner gather integer rows", Gather(), [TensorType([5, 3], .int32), labels(17)], [.integers(9), .integers(7)]),
            Sample("corner spread nothing", GatherGradient(rows: 5), [TensorType([0, 3]), labels(0)], [.normal, .integers(5)], results: [.normal]),
            Sample("corner spread beyond", GatherGradient(rows: 5), [TensorType([64, 3]), labels(64)], [.normal, .integers(9)], results: [.normal]),
            Sample("corner scan nothing", FiniteScan(), [TensorType([0])], results: [.constant(-1)]),
            Sample("corner commit nothing", Commit(), [TensorType([0]), Health.type], [.normal, .constant(-1)]),
        ]
    }()
}
