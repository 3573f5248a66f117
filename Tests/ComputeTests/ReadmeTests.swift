import MartletCompute
import Testing

/// The program of README.md's "As a compute layer", word for word.
@Suite struct ReadmeTests {
    @Test func program() throws {
        let device = try ComputeDevice(.auto)
        let x = try Tensor.normal([1000, 20], seed: 1, on: device)
        let truth = try Tensor.iota(20, on: device).reshape([20, 1])
        let y = try x • truth

        // Planned once, replayed at every step; the gradient is part of the plan.
        let step = compile { (a: [Tensor]) throws(ComputeError) in
            let slope = gradient { (w: Tensor) throws(ComputeError) in try ((a[1] • w) - a[2]).square().mean() }
            return [try a[0] - 0.2 * slope(a[0])]
        }
        var w = try Tensor.zeros([20, 1], on: device)
        for _ in 0..<100 { w = try step([w, x, y])[0] }
        print(try w.round().flattened().floats())
        #expect(try w.round().flattened().floats() == (0..<20).map(Float.init))
        try device.close()
    }
}
