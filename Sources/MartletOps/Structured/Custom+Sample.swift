import MartletCore

extension CustomKernel {
    /// Along rows of so many columns the sum of the elements so far; from the end where `isReversed`, which is its
    /// gradient. An example, and what custom kernels are checked with.
    public static func runningSum(columns: Int, isReversed: Bool = false) -> CustomKernel {
        /// The column that is added as number i.
        @Sendable func column(_ i: Int) -> Int { isReversed ? columns - 1 - i : i }
        return CustomKernel(
            name: "running_sum",
            source: """
                __kernel void running_sum(
                    const __global float *values, uint values_at, __global float *sums, uint sums_at, uint columns,
                    uint reversed) {
                    const uint row = (uint)get_global_id(0) * columns;
                    float sum = 0.0f;
                    for (uint i = 0u; i < columns; ++i) {
                        const uint column = reversed ? columns - 1u - i : i;
                        sum += values[values_at + row + column];
                        sums[sums_at + row + column] = sum;
                    }
                }

                """,
            arguments: [.word(UInt32(columns)), .word(isReversed ? 1 : 0)],
            resultTypes: { (operands) throws(ShapeError) in
                guard operands.count == 1, operands[0].dtype == .float32, operands[0].shape.last == columns else {
                    throw ShapeError("running_sum", expected: "one float32 operand with rows of \(columns)", found: operands)
                }
                return operands
            },
            workItems: { operands, _ in [operands[0].elementCount / columns] },
            cpu: { operands, results in
                let (values, sums) = (operands[0].floats, results[0].floats)
                for row in stride(from: 0, to: values.count, by: columns) {
                    var sum: Float = 0
                    for i in 0..<columns {
                        sum += values[row + column(i)]
                        sums[row + column(i)] = sum
                    }
                }
            },
            formula: { operands, results in
                for row in stride(from: 0, to: operands[0].values.count, by: columns) {
                    var sum = 0.0
                    for i in 0..<columns {
                        sum += operands[0][row + column(i)]
                        results[0][row + column(i)] = sum
                    }
                }
            },
            gradient: { (_, _, upstream, graph) throws(ShapeError) in
                guard let upstream = upstream[0] else { return [nil] }
                return try graph.apply(Custom(.runningSum(columns: columns, isReversed: !isReversed)), [upstream])
            })
    }
}

extension Custom {
    public static var samples: [Sample] {
        [([1], false), ([7, 17], false), ([7, 17], true), ([3, 5, 33], false), ([129, 10], true)].map {
            (shape: Shape, isReversed: Bool) in
            Sample(
                "running sum of \(shape)\(isReversed ? " from the end" : "")",
                Custom(.runningSum(columns: shape.last, isReversed: isReversed)), [TensorType(shape)],
                differentiable: shape.elementCount < 600 ? [0] : [])
        }
    }
}
