import Martlet
import MartletConformance
import Testing

func prefixSum(columns: Int, isReversed: Bool = false) -> CustomKernel {
    @Sendable func column(_ i: Int) -> Int { isReversed ? columns - 1 - i : i }
    return CustomKernel(
        name: "prefix_sum",
        source: """
            __kernel void prefix_sum(
                const __global float *values, uint values_at, __global float *sums, uint sums_at, uint columns, uint reversed) {
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
                throw ShapeError("prefix_sum", expected: "one float32 operand with rows of \(columns)", found: operands)
            }
            return operands
        },
        workItems: { operands, _ in [operands[0].elementCount / columns] },
        cpu: { operands, results in
            for row in stride(from: 0, to: operands[0].floats.count, by: columns) {
                var sum: Float = 0
                for i in 0..<columns {
                    sum += operands[0].floats[row + column(i)]
                    results[0].floats[row + column(i)] = sum
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
            return try graph.apply(Custom(prefixSum(columns: columns, isReversed: !isReversed)), [upstream])
        })
}

@Suite struct WritingAKernel {
    @Test func program() throws {
        let selections: [BackendSelection] = [.cpu, .opencl(.any)]
        let devices = selections.compactMap { try? Backends.open($0).device }
        for device in devices.map({ ComputeDevice($0) }) {
            let x = try Tensor([1, -2, 3], shape: [1, 3], on: device)
            let before = device.evaluationCounts
            // max(x, 0)^2 (So et al. 2021)
            let squaredReLU = try PointwiseFunction(
                custom: "squared_relu", "x -> max(x, 0)^2", arity: 1,
                source: """
                    MARTLET_FUNCTION martlet_real martlet_squared_relu(martlet_real x) {
                        return MARTLET_SELECT(x > 0.0f, x * x, 0.0f);
                    }
                    """,
                cpu: { out, x, _, _, count in
                    for i in 0..<count { out![i] = x![i] > 0 ? x![i] * x![i] : 0 }
                },
                formula: { $0[0] > 0 ? $0[0] * $0[0] : 0 }
            ) { e, x, result, upstream in
                // 2 max(x, 0)
                let positive = e.apply(.relu, x[0])
                return [e.apply(.multiply, upstream, e.apply(.add, positive, positive))]
            }
            let y = try Tensor.apply(squaredReLU, x * 2) + 1
            #expect(try y.floats() == [5, 1, 37])
            #expect((device.evaluationCounts - before).launches == 1)

            let sums = try Tensor.apply(prefixSum(columns: 3), [x])[0]
            let slope = gradient { (x: Tensor) throws(ComputeError) in try Tensor.apply(prefixSum(columns: 3), [x])[0].square().sum() }
            #expect(try sums.floats() == [1, -1, 2] && slope(x).floats() == [4, 2, 4])

            let samples = [
                Sample("squared_relu", Pointwise(Expression(squaredReLU)), [TensorType([17, 33])], [.awayFromZero], differentiable: [0]),
                Sample("prefix_sum", Custom(prefixSum(columns: 33)), [TensorType([17, 33])], differentiable: [0]),
            ]
            print(try check(samples, on: devices))
            #expect(try check(samples, on: devices).isEmpty)
        }
    }
}
