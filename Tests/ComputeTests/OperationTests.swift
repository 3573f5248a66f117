import MartletCompute
import Testing

/// Every method against a value worked out by hand, on every device: bits are checked by the tests of the table.
@Suite struct OperationTests {
    @Test func arithmeticBroadcasts() throws {
        try everywhere { device in
            let a = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], on: device)
            let b = try Tensor([10, 20, 30], on: device)
            #expect(try (a + b).floats() == [11, 22, 33, 14, 25, 36])
            #expect(try (a - b.reshape([1, 3])).floats() == [-9, -18, -27, -6, -15, -24])
            #expect(try (a * a).floats() == [1, 4, 9, 16, 25, 36])
            #expect(try (b / 10).floats() == [1, 2, 3])
            #expect(try (1 - a / 2 + 0.5 * a).floats() == [1, 1, 1, 1, 1, 1])
            #expect(try (-b).floats() == [-10, -20, -30])
            #expect(try (60 / b).floats() == [6, 3, 2])
            #expect(try a.minimum(b / 10).floats() == [1, 2, 3, 1, 2, 3])
            #expect(try a.maximum(b / 10).floats() == [1, 2, 3, 4, 5, 6])
            #expect(try a.multiplyAdd(a, b).floats() == [11, 24, 39, 26, 45, 66])
            #expect(try b.square().squareRoot().floats() == [10, 20, 30])
            #expect(try Tensor([4, 16], on: device).inverseSquareRoot().floats() == [0.5, 0.25])
            #expect(try Tensor([4, -2], on: device).reciprocal().floats() == [0.25, -0.5])
            #expect(try Tensor([4, -2], on: device).abs().floats() == [4, 2])
            let zero = try Tensor([0], on: device)
            #expect(try zero.exp().floats() == [1] && zero.expm1().floats() == [0] && zero.log1p().floats() == [0])
            #expect(try zero.erf().floats() == [0] && (zero + 1).log().floats() == [0])
            #expect(try Tensor.pointwise([b, zero]) { e in e.apply(.add, e.operand(0), e.constant(1)) }.floats() == [11, 21, 31])
        }
    }

    @Test func comparisonAndSelection() throws {
        try everywhere { device in
            let a = try Tensor([1, 2, 3], on: device)
            let b = try Tensor([3, 2, 1], on: device)
            #expect(try (a .== b).floats() == [0, 1, 0] && (a .!= b).floats() == [1, 0, 1])
            #expect(try (a .< b).floats() == [1, 0, 0] && (a .<= b).floats() == [1, 1, 0])
            #expect(try (a .> 1).floats() == [0, 1, 1] && (a .>= 2).floats() == [0, 1, 1])
            #expect(try Tensor.where(a .> b, a, -b).floats() == [-3, -2, 3])
            #expect(try a.clamp(low: 1.5, high: 2.5).floats() == [1.5, 2, 2.5] && a.clamp(high: 2).floats() == [1, 2, 2])
            let c = try Tensor([-1.5, 0, 2.5], on: device)
            #expect(try c.sign().floats() == [-1, 0, 1] && c.round().floats() == [-2, 0, 2])
            #expect(try c.floor().floats() == [-2, 0, 2] && c.ceiling().floats() == [-1, 0, 3])
        }
    }

    @Test func reductions() throws {
        try everywhere { device in
            let a = try Tensor((1...12).map(Float.init), shape: [2, 3, 2], on: device)
            #expect(try a.sum().item() == 78 && a.mean().item() == 6.5 && a.max().item() == 12 && a.min().item() == 1)
            #expect(try a.sum(axes: [0, 2]).floats() == [18, 26, 34])
            #expect(try a.sum(axes: [-1], keepsAxes: true).shape == [2, 3, 1])
            #expect(try a.mean(axes: [1]).floats() == [3, 4, 9, 10])
            #expect(try a.max(axes: [1, 2]).floats() == [6, 12])
            #expect(try Tensor([1, 3, 5, 7], shape: [2, 2], on: device).variance(axes: [1]).floats() == [1, 1])
            #expect(try a.argmax(axis: 1).integers() == [2, 2, 2, 2] && a.argmax(axis: 1, keepsAxis: true).shape == [2, 1, 2])
            #expect(try Tensor(3, on: device).sum().item() == 3)
            let rows = try Tensor.zeros([2, 4], on: device)
            #expect(try rows.softmax().floats() == Array(repeating: 0.25, count: 8))
            #expect(try rows.logSoftmax(axis: 0).exp().sum().item() == 4)
        }
    }

    @Test func shapes() throws {
        try everywhere { device in
            let a = try Tensor((0..<6).map(Float.init), shape: [2, 3], on: device)
            #expect(try a.transpose().floats() == [0, 3, 1, 4, 2, 5] && a.transpose().shape == [3, 2])
            #expect(try a.reshape([3, 2]).transpose([1, 0]).floats() == [0, 2, 4, 1, 3, 5])
            #expect(try a[0..<2, 1..<2].floats() == [1, 4] && a[1..<2].floats() == [3, 4, 5])
            #expect(try a.slice(axis: -1, 0..<3, step: 2).floats() == [0, 2, 3, 5])
            #expect(try a.reverse(axes: [1]).floats() == [2, 1, 0, 5, 4, 3])
            #expect(try Tensor.concat([a, a], axis: 1).floats() == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
            #expect(try Tensor.stack([a, a], axis: -1).shape == [2, 3, 2])
            #expect(try Tensor.stack([a, a]).floats() == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
            #expect(try a[0..<1].pad(before: [0, 1], after: [1, 0], with: 9).floats() == [9, 0, 1, 2, 9, 9, 9, 9])
            #expect(try a[0..<1].broadcast(to: [2, 3]).floats() == [0, 1, 2, 0, 1, 2])
            #expect(try a.flattened().shape == [6] && a.item(at: 1, -1) == 5)
        }
    }

    @Test func indexing() throws {
        try everywhere { device in
            let table = try Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2], on: device)
            let indices = try Tensor(integers: [2, 0], on: device)
            #expect(try table.gather(indices).floats() == [5, 6, 1, 2])
            #expect(try table.embedding(indices.reshape([2, 1])).shape == [2, 1, 2])
            #expect(try indices.oneHot(classes: 3).floats() == [0, 0, 1, 1, 0, 0])
            let image = try Tensor(bytes: [0, 255, 51, 102], shape: [2, 2], on: device)
            #expect(try image.bytes() == [0, 255, 51, 102])
            #expect(try image.gather(try Tensor(integers: [1], on: device), divisor: 51).floats() == [1, 2])
        }
    }

    @Test func activationsNormalisationAndLosses() throws {
        try everywhere { device in
            let x = try Tensor([-2, 0, 3], on: device)
            #expect(try x.relu().floats() == [0, 0, 3] && x.leakyReLU(slope: 0.5).floats() == [-1, 0, 3])
            for name in PointwiseFunction.activationNames { #expect(try x.activation(name).shape == [3]) }
            #expect(try x.hardswish().floats() == x.activation("hardswish").floats())
            for y in try [x.selu(), x.gelu(), x.geluTanh(), x.silu(), x.mish(), x.tanh(), x.elu()] {
                #expect(try y.floats()[1] == 0)
            }
            #expect(try x.sigmoid().floats()[1] == 0.5 && x.softplus().floats()[0] > 0)
            let rows = try Tensor([1, 3, 5, 9], shape: [2, 2], on: device)
            #expect(try rows.layerNorm(epsilon: 0).floats() == [-1, 1, -1, 1])
            let (gamma, beta) = (try Tensor([2, 2], on: device), try Tensor([1, 1], on: device))
            #expect(try rows.layerNorm(epsilon: 0, gamma: gamma, beta: beta).floats() == [-1, 3, -1, 3])
            let norm = try rows.batchNorm(gamma: gamma, beta: beta, epsilon: 0)
            #expect(try norm.result.floats() == [-1, -1, 3, 3] && norm.mean.floats() == [3, 6] && norm.variance.floats() == [4, 9])
            let labels = try Tensor(integers: [1, 0], on: device)
            let losses = try rows.crossEntropy(labels).floats()
            #expect(losses[0] < 0.2 && losses[1] > 4)
            #expect(sameBits(losses[0], try rows.crossEntropy(softTargets: try labels.oneHot(classes: 2)).floats()[0]))
            #expect(try rows.matchesTopClass(labels).floats() == [1, 0])
            #expect(try x.huber().floats() == [1.5, 0, 2.5] && x.smoothL1(beta: 2).floats() == [1, 0, 2])
            #expect(try x.binaryCrossEntropy(try Tensor([0, 1, 1], on: device)).floats()[1] > 0.69)
        }
    }

    @Test func images() throws {
        try everywhere { device in
            // 1 x 3 x 3 x 1: 0 … 8.
            let x = try Tensor.iota(9, on: device).reshape([1, 3, 3, 1])
            let corners = try Tensor([1, 0, 0, 1], shape: [2, 2, 1, 1], on: device)
            #expect(try x.conv2D(corners).floats() == [4, 6, 10, 12])
            #expect(try x.conv2D(corners, bias: Tensor([0.5], on: device), stride: 2, padding: 1).floats() == [0.5, 2.5, 6.5, 12.5])
            #expect(try x.conv2D(corners, padding: .same).shape == [1, 3, 3, 1])
            #expect(try x.maxPool2D(2, stride: 1).floats() == [4, 5, 7, 8] && x.maxPool2D(2).floats() == [4])
            let pooled = try x.maxPool2DWithPlaces(2, ceilMode: true)
            #expect(try pooled.values.floats() == [4, 5, 7, 8] && pooled.places.integers() == [4, 5, 7, 8])
            #expect(try x.averagePool2D(2, stride: 1).floats() == [2, 3, 5, 6])
            #expect(try x.averagePool2D(2, stride: 2, padding: 1).floats() == [0, 0.75, 2.25, 6])
            #expect(try x.averagePool2D(2, padding: 1, countsPadding: false).floats() == [0, 1.5, 4.5, 6])
            #expect(try x.averagePool2D(3, divisor: 4).floats() == [9])
            #expect(try x.adaptiveAveragePool2D(Size2D(1, 3)).floats() == [3, 4, 5])
            #expect(try x.globalAveragePool2D().floats() == [4] && x.globalMaxPool2D().floats() == [8])
            let planes = try Tensor.iota(8, on: device).reshape([1, 2, 2, 2])
            #expect(try planes.channelsLast().floats() == [0, 4, 1, 5, 2, 6, 3, 7])
            #expect(try planes.channelsLast().channelsSecond().floats() == planes.floats())
            // As many groups as channels: each has a filter of its own.
            let depthwise = try planes.channelsLast().conv2D(Tensor([1, 10], shape: [1, 1, 1, 2], on: device), groups: 2)
            #expect(try depthwise.floats() == [0, 40, 1, 50, 2, 60, 3, 70])
        }
    }

    @Test func gradientsOfImages() throws {
        try everywhere { device in
            let x = try Tensor.iota(9, on: device).reshape([1, 3, 3, 1])
            let weights = try Tensor([1, 0, 0, 1], shape: [2, 2, 1, 1], on: device)
            let bias = try Tensor([0], on: device)
            let convolution = gradient(of: { (a: [Tensor]) throws(ComputeError) in try a[0].conv2D(a[1], bias: a[2]).sum() })
            let gradients = try convolution([x, weights, bias])
            #expect(try gradients[0].floats() == [1, 1, 0, 1, 2, 1, 0, 1, 1])
            #expect(try gradients[1].floats() == [8, 12, 20, 24] && gradients[2].floats() == [4])
            let greatest = gradient { (x: Tensor) throws(ComputeError) in try x.maxPool2D(2, stride: 1).sum() }
            #expect(try greatest(x).floats() == [0, 0, 0, 0, 1, 1, 0, 1, 1])
            let means = gradient { (x: Tensor) throws(ComputeError) in try x.averagePool2D(2, stride: 1).sum() }
            #expect(try means(x).floats() == [0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25])
            let adaptive = gradient { (x: Tensor) throws(ComputeError) in try x.adaptiveAveragePool2D(Size2D(3, 1)).sum() }
            #expect(try adaptive(x * 3).floats().allSatisfy { $0 == Float(1) / 3 })
            let whole = gradient { (x: Tensor) throws(ComputeError) in try x.globalMaxPool2D().sum() + x.channelsSecond().globalAveragePool2D().sum() }
            #expect(try whole(x).floats().last! > 1)
        }
    }

    @Test func imagesThatDoNotFit() throws {
        let device = try ComputeDevice(.cpu)
        let x = try Tensor.zeros([1, 3, 3, 2], on: device)
        let weights = try Tensor.zeros([2, 2, 2, 4], on: device)
        func message(_ body: () throws -> Tensor) -> String {
            #expect(throws: ComputeError.self) { try body() }?.description ?? ""
        }
        #expect(message { try x.conv2D(weights, bias: .zeros([3], on: device)) }.contains("a bias of 4"))
        #expect(message { try x.conv2D(weights, groups: 3) }.contains("3 groups"))
        #expect(message { try x.conv2D(weights, dilation: 5) }.contains("smaller kernel"))
        #expect(message { try x.reshape([9, 2]).conv2D(weights) }.contains("images n x h x w x channels"))
        #expect(message { try x.maxPool2D(0) }.contains("max_pool2d"))
        #expect(message { try x.averagePool2D(2, padding: 4) }.contains("padding"))
        #expect(message { try x.adaptiveAveragePool2D(-1) }.contains("average_pool2d"))
        #expect(message { try x.globalMaxPool2D().channelsLast() }.contains("every axis once"))
    }

    @Test func makingAndRandomNumbers() throws {
        var numbers: [[Float]] = []
        try everywhere { device in
            #expect(try Tensor.full([2], 3, on: device).floats() == [3, 3] && Tensor.ones([], on: device).item() == 1)
            #expect(try Tensor.iota(3, on: device).floats() == [0, 1, 2])
            #expect(try Tensor.identity(2, on: device).floats() == [1, 0, 0, 1])
            #expect(try Tensor.zeros([0, 3], on: device).floats() == [])
            let u = try Tensor.uniform([100], seed: 7, on: device)
            let n = try Tensor.normal([100], seed: 7, step: 2, on: device)
            let d = try u.dropout(rate: 0.5, seed: 8)
            let v = try Tensor.uniform([100], low: -1, high: 1, seed: 8, on: device)
            #expect(try u.floats() != v.floats() && u.min().item() >= 0 && v.min().item() < 0)
            #expect(try d.floats().contains(0) && d.floats() != u.floats())
            numbers.append(try Tensor.concat([u, n, d, v]).floats())
        }
        for other in numbers { #expect(sameBits(other, numbers[0])) }
    }
}

private func everywhere(_ body: (ComputeDevice) throws -> Void) throws {
    for device in try openDevices() { try body(device) }
}
