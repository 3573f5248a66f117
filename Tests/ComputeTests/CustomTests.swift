import MartletCompute
import MartletConformance
import Testing

/// What a user's own package would bring: nothing of Martlet changes for it.
@Suite struct CustomTests {
    /// x^2 + k x, whose gradient flows to both.
    static let parabola = Result {
        try PointwiseFunction(
            custom: "parabola", "x, k -> x^2 + k x", arity: 2,
            source: """
                MARTLET_FUNCTION martlet_real martlet_parabola(martlet_real x, martlet_real k) {
                    return MARTLET_FMA(x, x, k * x);
                }
                """,
            cpu: { out, x, k, _, count in
                for i in 0..<count { out![i] = (k![i] * x![i]).addingProduct(x![i], x![i]) }
            },
            formula: { $0[0] * $0[0] + $0[1] * $0[0] }
        ) { e, x, _, upstream in
            let slope = e.apply(.add, e.apply(.add, x[0], x[0]), x[1])
            return [e.apply(.multiply, upstream, slope), e.apply(.multiply, upstream, x[0])]
        }
    }

    @Test func aFunctionIsCheckedLikeAny() throws {
        let parabola = try Self.parabola.get()
        let samples = [Shape([7]), [17, 33], [4099]].map { shape in
            Sample(
                "parabola \(shape)", Pointwise(Expression(parabola)), [TensorType(shape), TensorType(shape)],
                differentiable: shape == [7] ? [0, 1] : [])
        }
        #expect(try check(samples, on: openDevices().map(\.backend)).map(\.description) == [])
    }

    @Test func aFunctionFuses() throws {
        let parabola = try Self.parabola.get()
        for device in try openDevices() {
            let x = try Tensor([1, 2, 3], on: device)
            let counts = device.evaluationCounts
            let y = try (Tensor.apply(parabola, x + 1, x) * 2).relu()
            #expect(try y.floats() == [12, 30, 56])
            #expect((device.evaluationCounts - counts).launches == 1)
            let slope = gradient { (x: Tensor) throws(ComputeError) in try Tensor.apply(parabola, x, x).sum() }
            #expect(try slope(x).floats() == [4, 8, 12])
        }
    }

    @Test func aKernelComputesAndHasAGradient() throws {
        for device in try openDevices() {
            let x = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], on: device)
            let sums = try Tensor.apply(.runningSum(columns: 3), [x * 2])[0]
            #expect(try sums.floats() == [2, 6, 12, 8, 18, 30])
            let slope = gradient { (x: Tensor) throws(ComputeError) in try Tensor.apply(.runningSum(columns: 3), [x])[0].sum() }
            #expect(try slope(x).floats() == [3, 2, 1, 3, 2, 1])
        }
        #expect(try check(Custom.samples, on: openDevices().map(\.backend)).map(\.description) == [])
    }

    @Test func badDefinitionsAreErrors() throws {
        let device = try ComputeDevice(.cpu)
        let x = try Tensor([1, 2], on: device)
        #expect(throws: ComputeError.self) { try Tensor.apply(.runningSum(columns: 3), [x]) }
        #expect(throws: ShapeError.self) {
            try PointwiseFunction(custom: "relu", "", arity: 1, source: "", cpu: { _, _, _, _, _ in }, formula: { $0[0] })
        }
        // A wrong twin is found.
        let wrong = try PointwiseFunction(
            custom: "wrong", "x -> x", arity: 1, source: "", cpu: { out, x, _, _, n in for i in 0..<n { out![i] = x![i] + 1 } },
            formula: { $0[0] })
        #expect(try check([Sample("wrong", Pointwise(Expression(wrong)), [TensorType([7])])], on: [device.backend]).count == 1)
    }
}
