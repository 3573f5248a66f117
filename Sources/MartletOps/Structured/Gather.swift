import MartletCore

/// Rows of a table by index.
///
/// Operands: table (rows x anything; float32, int32 or bytes), indices (int32). Result: indices x anything, float32
/// (bytes are divided by `divisor`) or int32. An index outside the table gives NaN (0 for integers).
public struct Gather: Operation {
    public static let name = "gather"
    public static let summary = Summary(
        "rows of a table by index; bytes are divided by a divisor",
        order: "none: values are moved as they are")
    /// What bytes are divided by.
    public var divisor: Float
    /// A row that is never trained: its gradient is 0.
    public var paddingIndex: Int?

    /// - Parameter divisor: of bytes alone; other tables are taken as they are.
    public init(divisor: Float = 1, paddingIndex: Int? = nil) {
        self.divisor = divisor
        self.paddingIndex = paddingIndex
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(
            operands.count == 2 && operands[0].shape.rank >= 1 && operands[1].shape.rank == 1 && operands[1].dtype == .int32,
            "a table and a list of int32 row numbers", operands)
        let row = operands[0].shape.withoutFirst
        return [TensorType(row.prepending(operands[1].shape[0]), operands[0].dtype == .int32 ? .int32 : .float32)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        let table = graph.type(of: operands[0])
        guard table.dtype == .float32 else { return [nil, nil] }
        var gradient = try graph.apply(GatherGradient(rows: table.shape[0]), [upstream[0]!, operands[1]])[0]
        if let paddingIndex, (0..<table.shape[0]).contains(paddingIndex) {
            gradient = try graph.apply(Copy.withoutRow(paddingIndex, of: table.shape), [gradient, gradient])[0]
        }
        return [gradient, nil]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let table = operands[0]
        let width = table.type.shape.withoutFirst.elementCount
        let divisor = table.type.dtype == .uint8 ? Double(divisor) : 1
        for (position, index) in operands[1].values.enumerated() {
            let known = index >= 0 && Int(index) < table.type.shape[0]
            for column in 0..<width {
                results[0][position * width + column] =
                    known ? table[Int(index) * width + column] / divisor : table.type.dtype == .int32 ? 0 : .nan
            }
        }
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        // Of the table only the rows that are asked for are read.
        let rows = TensorType(results[0].shape, operands[0].dtype)
        return Cost(flops: operands[0].dtype == .uint8 ? results[0].elementCount : 0, [rows, operands[1]], results)
    }

    public static var samples: [Sample] {
        var samples: [Sample] = []
        for (rows, width, count) in [(1, 1, 1), (33, 7, 17), (10, 129, 64), (100, 784, 5)] {
            let indices = TensorType([count], .int32)
            samples.append(Sample(
                "\(count) of \(rows)x\(width)", Gather(), [TensorType([rows, width]), indices], [.normal, .integers(rows)],
                differentiable: [0]))
            samples.append(Sample(
                "\(count) of \(rows)x\(width) bytes", Gather(divisor: 255), [TensorType([rows, width], .uint8), indices],
                [.integers(256), .integers(rows)]))
        }
        samples.append(Sample(
            "labels", Gather(), [TensorType([50], .int32), TensorType([33], .int32)], [.integers(10), .integers(50)]))
        samples.append(Sample(
            "out of range", Gather(), [TensorType([5, 3]), TensorType([33], .int32)], [.normal, .integers(10)]))
        return samples
    }
}

/// Adds rows to the rows of a zeroed table, in increasing position.
///
/// Operands: upstream (positions x anything), indices (positions, int32). Result: `rows` x anything.
public struct GatherGradient: Operation {
    public static let name = "gather_gradient"
    public static let summary = Summary(
        "row i of the result: the sum of the upstream rows whose index is i",
        order: "positions in increasing order")
    /// Of the table.
    public var rows: Int

    /// - Parameter rows: of the table, which the indices cannot tell.
    public init(rows: Int) { self.rows = rows }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(
            operands.count == 2 && operands[0].dtype == .float32 && operands[0].shape.rank >= 1
                && operands[1] == TensorType([operands[0].shape[0]], .int32),
            "float32 rows and one int32 row number for each", operands)
        return [TensorType(operands[0].shape.withoutFirst.prepending(rows))]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let width = operands[0].type.shape.withoutFirst.elementCount
        results[0].values = results[0].values.map { _ in 0 }
        for (position, index) in operands[1].values.enumerated() where index >= 0 && Int(index) < rows {
            for column in 0..<width { results[0][Int(index) * width + column] += operands[0][position * width + column] }
        }
    }

    public static var samples: [Sample] {
        [(1, 1, 1), (33, 7, 17), (3, 129, 64), (10, 1, 300)].map { rows, width, count in
            Sample(
                "\(count) into \(rows)x\(width)", GatherGradient(rows: rows),
                [TensorType([count, width]), TensorType([count], .int32)], [.normal, .integers(rows)], results: [.normal])
        }
    }
}
