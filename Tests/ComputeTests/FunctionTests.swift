import MartletCompute
import Synchronization
import Testing

@Suite struct FunctionTests {
    @Test func compiledFunctionsArePlannedOnceAndReplayed() throws {
        for device in try openDevices() {
            let calls = Atomic<Int>(0)
            let layer = compile { (x: Tensor, w: Tensor) throws(ComputeError) in
                calls.add(1, ordering: .relaxed)
                return try ((x • w) + 1).relu() * 2
            }
            let w = try Tensor([1, -1, 2, -2], shape: [2, 2], on: device)
            var counts = device.evaluationCounts
            for step in 0..<5 {
                let x = try Tensor([Float(step), 1], shape: [1, 2], on: device)
                #expect(try layer(x, w).floats() == [Float(step + 3) * 2, 0])
            }
            #expect(device.evaluationCounts - counts == EvaluationCounts(evaluations: 5, launches: 5, plans: 1))
            counts = device.evaluationCounts
            #expect(try layer(Tensor.ones([3, 2], on: device), w).shape == [3, 2])
            #expect((device.evaluationCounts - counts).plans == 2, "the ones, and the function for another shape")
            #expect(calls.load(ordering: .relaxed) == 2)
        }
    }

    @Test func capturedTensorsAndNumbersBelongToACompiledFunction() throws {
        for device in try openDevices() {
            let bias = try Tensor([1, 2], on: device) * 10
            let shifted = compile { (x: Tensor) throws(ComputeError) in try x + bias * 2 }
            #expect(try shifted(Tensor([1, 1], on: device)).floats() == [21, 41])
            #expect(try shifted(Tensor([2, 2], on: device)).floats() == [22, 42])
            let twice = compile { (x: Tensor) throws(ComputeError) in try shifted(shifted(x)) }
            #expect(try twice(Tensor([1, 1], on: device)).floats() == [41, 81])
        }
    }

    @Test func gradientsOfFunctions() throws {
        for device in try openDevices() {
            let x = try Tensor([1, -2, 3], on: device)
            let slope = gradient { (x: Tensor) throws(ComputeError) in try (x * x * x).sum() }
            #expect(try slope(x).floats() == [3, 12, 27])
            let (value, g) = try valueAndGradient { (x: Tensor) throws(ComputeError) in try x.relu().sum() }(x)
            #expect(try value.item() == 4 && g.floats() == [1, 0, 1])

            let w = try Tensor([2, 0, 1], on: device)
            let both = gradient(of: { (a: [Tensor]) throws(ComputeError) in try (a[0] * a[1]).sum() })
            let gradients = try both([x, w])
            #expect(try gradients[0].floats() == [2, 0, 1] && gradients[1].floats() == [1, -2, 3])
            let second = gradient(of: { (a: [Tensor]) throws(ComputeError) in try (a[0] * a[1]).sum() }, by: [1])
            #expect(try second([x, w]).count == 1 && second([x, w])[0].floats() == [1, -2, 3])

            // Of a gradient, of what was captured before it was computed, and of nothing.
            let curvature = gradient { (x: Tensor) throws(ComputeError) in try slope(x).sum() }
            #expect(try curvature(x).floats() == [6, -12, 18])
            let pending = try w + 1
            #expect(try gradient { (x: Tensor) throws(ComputeError) in try (x * pending).sum() }(x).floats() == [3, 1, 2])
            #expect(try gradient { (x: Tensor) throws(ComputeError) in try pending.sum() }(x).floats() == [0, 0, 0])
        }
    }

    @Test func descentByACompiledGradient() throws {
        var ends: [[Float]] = []
        for device in try openDevices() {
            let x = try Tensor.normal([64, 3], seed: 1, on: device)
            let truth = try Tensor([1, -2, 0.5], shape: [3, 1], on: device)
            let y = try (x • truth).evaluate()
            let step = compile { (a: [Tensor]) throws(ComputeError) in
                let slope = gradient { (w: Tensor) throws(ComputeError) in try ((a[1] • w) - a[2]).square().mean() }
                return [try a[0] - 0.1 * slope(a[0])]
            }
            var w = try Tensor.zeros([3, 1], on: device)
            let counts = device.evaluationCounts
            for _ in 0..<100 { w = try step([w, x, y])[0] }
            #expect((device.evaluationCounts - counts).plans <= 2)
            let result = try w.floats()
            for (a, b) in zip(result, [1, -2, 0.5] as [Float]) { #expect(abs(a - b) < 0.01) }
            ends.append(result)
        }
        for end in ends { #expect(sameBits(end, ends[0])) }
    }

    @Test func valuesAreUnknownWhileAFunctionIsTraced() throws {
        let device = try ComputeDevice(.cpu)
        let x = try Tensor([1], on: device)
        let error = #expect(throws: ComputeError.self) {
            try compile { (x: Tensor) throws(ComputeError) in try x + (try x.item()) }(x)
        }
        #expect(error == .traced(operation: "hostArray"))
    }
}
