import MartletBackend
import MartletConformance
import MartletCore
import MartletGraph
import MartletOps
import Testing

/// Convolution and pooling in graphs, on the CPU path and every OpenCL device.
@Suite struct ImageTests {
    /// Numbers that are a function of their place, and no multiples of each other.
    static func numbers(_ shape: Shape, _ seed: Int) -> HostArray {
        HostArray(shape, (0..<shape.elementCount).map { Float(((($0 + seed) * 7919 + seed * 31) % 4001) - 2000) / 1500 })
    }

    /// The outputs that `build` returns, the same on every device and without passes.
    private func outputs(
        _ inputs: [HostArray], _ build: (inout Graph, [Value]) throws -> [Value]
    ) throws -> [HostArray] {
        var graph = Graph()
        let leaves = inputs.enumerated().map { graph.external("\($0)", $1.type) }
        for (place, value) in try build(&graph, leaves).enumerated() { try graph.leave(value, at: .output(place)) }
        let results = try graph.outputs(for: inputs, on: StructuredTests.devices[0])
        for device in StructuredTests.devices {
            for passes: Set<Pass> in [Set(Pass.allCases), []] {
                let others = try graph.outputs(for: inputs, on: device, passes: passes)
                #expect(zip(results, others).allSatisfy { sameBits($0, $1) }, "on \(device.name) with \(passes.count) passes")
            }
        }
        return results
    }

    struct Convolution: Sendable, CustomStringConvertible {
        var image: Size2D, channels: Int, outputs: Int, kernel: Size2D
        var stride: Size2D = 1, padding: Padding2D = .valid, dilation: Size2D = 1, groups = 1, images = 2

        var window: Window2D { Window2D(kernel, stride: stride, padding: padding, dilation: dilation, over: image) }
        var x: HostArray { numbers([images, image.height, image.width, channels], 1) }
        var weights: HostArray { numbers([kernel.height, kernel.width, channels / groups, outputs], 2) }
        var description: String { "\(image)x\(channels) to \(outputs), \(window), \(groups) groups" }

        static let all = [
            Convolution(image: Size2D(9, 7), channels: 3, outputs: 5, kernel: 3, padding: .same),
            Convolution(image: Size2D(16, 13), channels: 8, outputs: 33, kernel: Size2D(3, 5), padding: 1),
            Convolution(image: 11, channels: 6, outputs: 20, kernel: 3, stride: 2, padding: 1),
            Convolution(image: 12, channels: 4, outputs: 6, kernel: 2, stride: Size2D(3, 2), dilation: Size2D(2, 1), groups: 2),
            Convolution(image: 10, channels: 17, outputs: 17, kernel: 3, stride: 2, padding: .same, groups: 17),
            Convolution(image: 8, channels: 16, outputs: 32, kernel: 1),
        ]
    }

    @Test(arguments: Convolution.all.filter { $0.groups == 1 })
    func convolutionIsTheProductOfColumns(_ c: Convolution) throws {
        let (x, window, places) = (c.x, c.window, c.window.places(c.image))
        var columns: [Float] = []
        for n in 0..<c.images {
            for row in 0..<places.height {
                for column in 0..<places.width {
                    for i in 0..<c.kernel.height {
                        for j in 0..<c.kernel.width {
                            let (h, w) = (window.height.element(row, tap: i), window.width.element(column, tap: j))
                            let isInside = (0..<c.image.height).contains(h) && (0..<c.image.width).contains(w)
                            let first = ((n * c.image.height + h) * c.image.width + w) * c.channels
                            columns += isInside ? x.floats[first ..< first + c.channels] : ArraySlice(repeating: 0, count: c.channels)
                        }
                    }
                }
            }
        }
        let inner = c.kernel.height * c.kernel.width * c.channels
        let rows = columns.count / inner
        #expect(segmentLength(rows: rows, columns: c.outputs, inner: inner) >= inner)
        let results = try outputs([x, c.weights, HostArray([rows, inner], columns)]) { graph, v in
            let convolution = try graph.conv2D(v[0], v[1], stride: c.stride, padding: c.padding, dilation: c.dilation)
            let weights = try graph.reshape(v[1], [inner, c.outputs])
            return [convolution, try graph.matmul(v[2], weights)]
        }
        #expect(sameBits(results[0].floats, results[1].floats))
    }

    /// `<conv(x, w), y> = <x, input gradient(y, w)> = <w, weight gradient(x, y)>`, in Float64 over what the devices give.
    @Test(arguments: Convolution.all) func gradientsAreAdjoint(_ c: Convolution) throws {
        let places = c.window.places(c.image)
        let y = Self.numbers([c.images, places.height, places.width, c.outputs], 3)
        let results = try outputs([c.x, c.weights, y]) { graph, v in
            let convolution = try graph.conv2D(
                v[0], v[1], stride: c.stride, padding: c.padding, dilation: c.dilation, groups: c.groups)
            let loss = try graph.reduce(.sum, try graph.apply(.multiply, convolution, v[2]))
            let gradients = try graph.gradients(of: loss, for: [v[0], v[1]])
            return [convolution, gradients[0]!, gradients[1]!]
        }
        func product(_ a: HostArray, _ b: HostArray) -> Double { zip(a.floats, b.floats).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        let scale = zip(results[0].floats, y.floats).reduce(0) { $0 + Double($1.0 * $1.1).magnitude }
        let forward = product(results[0], y)
        #expect((forward - product(c.x, results[1])).magnitude < 1e-6 * scale)
        #expect((forward - product(c.weights, results[2])).magnitude < 1e-6 * scale)
    }

    @Test func biasAndActivationAreFusedIntoTheConvolution() throws {
        var graph = Graph()
        let x = graph.external("x", TensorType([3, 8, 8, 4]))
        let weights = graph.external("weights", TensorType([3, 3, 4, 6]))
        let bias = graph.external("bias", TensorType([6]))
        let y = try graph.apply(.relu, try graph.conv2D(x, weights, bias: bias, padding: .same))
        try graph.leave(y, at: .output(0))
        let launches = try Plan(graph).program.launches
        #expect(launches.count == 1 && launches[0].operation is Conv2D && launches[0].operands.count == 3)
        // `outputs` compares with the plan without passes.
        let c = Convolution(image: 8, channels: 4, outputs: 6, kernel: 3)
        _ = try outputs([c.x, c.weights, Self.numbers([6], 5)]) { graph, v in
            [try graph.apply(.relu, try graph.conv2D(v[0], v[1], bias: v[2], stride: 2, padding: .same))]
        }
    }

    @Test func batchNormIsFusedWithTheActivation() throws {
        var graph = Graph()
        let x = graph.external("x", TensorType([4, 8, 8, 3]))
        let (first, second) = (graph.external("first", TensorType([3, 3, 3, 8])), graph.external("second", TensorType([3, 3, 8, 5])))
        let (gamma, beta) = (graph.external("gamma", TensorType([8])), graph.external("beta", TensorType([8])))
        let normalised = try graph.apply(BatchNorm(), [try graph.conv2D(x, first, padding: 1), gamma, beta])[0]
        let y = try graph.conv2D(try graph.apply(.relu, normalised), second, padding: 1)
        let loss = try graph.reduce(.sum, try graph.apply(.square, y))
        let targets = [first, second, gamma, beta]
        for (place, gradient) in try graph.gradients(of: loss, for: targets).enumerated() {
            try graph.leave(try #require(gradient), at: .output(place))
        }
        let names = try Plan(graph).program.launches.map { type(of: $0.operation).name }
        // Convolution, mean, variance, 1 / deviation, normalise + relu, convolution; backwards the input gradient with the
        // activation's mask, the sums for beta and gamma, and the input.
        #expect(names == [
            "conv2d", "reduce", "reduce", "pointwise", "pointwise", "conv2d",
            "conv2d_weight_gradient", "conv2d_input_gradient", "reduce", "reduce", "pointwise", "conv2d_weight_gradient",
        ])
        let inputs = [[4, 8, 8, 3], [3, 3, 3, 8], [3, 3, 8, 5], [8], [8]].enumerated().map { Self.numbers(Shape($1), $0) }
        let expected = try graph.outputs(for: inputs, on: StructuredTests.devices[0], passes: [])
        for device in StructuredTests.devices {
            let results = try graph.outputs(for: inputs, on: device)
            #expect(zip(results, expected).allSatisfy { sameBits($0, $1) }, "on \(device.name)")
        }
    }

    @Test func tiesGoToTheFirstAndPaddingNeverWins() throws {
        // After ReLU whole windows are zero.
        let x = HostArray([1, 2, 4, 1], [0, 0, 3, -1, 0, 0, 3, .nan] as [Float])
        let results = try outputs([x]) { graph, v in
            let (values, places) = try graph.maxPool2DWithPlaces(v[0], 2)
            let gradient = try graph.gradients(of: try graph.reduce(.sum, try graph.maxPool2D(v[0], 2)), for: v)[0]!
            let padded = try graph.maxPool2D(try graph.apply(.negate, try graph.apply(.square, v[0])), 3, stride: 3, padding: 1)
            return [
                values, places, gradient, padded, try graph.globalMaxPool2D(v[0]), try graph.globalAveragePool2D(v[0]),
                try graph.channelsSecond(places),
            ]
        }
        #expect(results[0].floats[0] == 0 && results[0].floats[1].isNaN)
        #expect(results[1].integers == [0, 7])
        #expect(results[2].floats == [1, 0, 0, 0, 0, 0, 0, 1])
        #expect(results[3].floats[0] == 0 && results[3].floats[1].isNaN)
        #expect(results[4].shape == [1, 1] && results[4].floats[0].isNaN && results[5].shape == [1, 1])
        // Of one channel the same numbers in another shape, which is a copy of integers.
        #expect(results[6].shape == [1, 1, 1, 2] && results[6].integers == [0, 7])
    }

    @Test func averagesCountPaddingOrNot() throws {
        let x = HostArray([1, 3, 3, 1], (1...9).map { Float($0) })
        let results = try outputs([x]) { graph, v in
            [
                try graph.averagePool2D(v[0], 2, padding: 1), try graph.averagePool2D(v[0], 2, padding: 1, countsPadding: false),
                try graph.averagePool2D(v[0], 2, ceilMode: true), try graph.averagePool2D(v[0], 2, divisor: 2),
                try graph.adaptiveAveragePool2D(v[0], 2), try graph.globalAveragePool2D(v[0]),
            ]
        }
        #expect(results[0].floats == [0.25, 1.25, 2.75, 7])
        #expect(results[1].floats == [1, 2.5, 5.5, 7])
        #expect(results[2].floats == [3, 4.5, 7.5, 9])
        #expect(results[3].floats == [6])
        #expect(results[4].floats == [3, 4, 6, 7])
        #expect(results[5].shape == [1, 1] && results[5].floats == [5])
    }

    /// torch.nn.MaxPool2d((5, 2), 3, ceil_mode=True) and AvgPool2d alike over 3x4, where floor mode has no place for a window.
    @Test func inCeilModeAWindowMayBeLargerThanTheImage() throws {
        let x = HostArray([1, 3, 4, 1], (1...12).map { Float($0) })
        let results = try outputs([x]) { graph, v in
            let (values, places) = try graph.maxPool2DWithPlaces(v[0], Size2D(5, 2), stride: 3, ceilMode: true)
            return [values, places, try graph.averagePool2D(v[0], Size2D(5, 2), stride: 3, ceilMode: true)]
        }
        #expect(results[0].shape == [1, 1, 2, 1] && results[0].floats == [10, 12] && results[1].integers == [9, 11])
        #expect(results[2].floats == [5.5, 8])
        #expect(Window2D(5, stride: 3, over: 3).places(3) == Size2D(0, 0))
        #expect(Window2D(4, stride: 2, ceilMode: true, over: 3).places(3) == Size2D(1, 1))
        #expect(Window2D(5, stride: 2, ceilMode: true, over: 3).places(3) == Size2D(0, 0))
    }

    @Test func samePaddingKeepsTheSize() {
        for extent in 1...9 {
            for (size, stride, dilation) in [(1, 1, 1), (3, 1, 1), (2, 1, 1), (3, 2, 1), (3, 1, 2), (2, 3, 1), (1, 4, 1)] {
                let window = Window2D(
                    Size2D(size, size), stride: Size2D(stride, stride), padding: .same, dilation: Size2D(dilation, dilation),
                    over: Size2D(extent, extent))
                #expect(window.height.places(extent) == (extent + stride - 1) / stride)
                #expect(window.height.after - window.height.before <= 1 && window.height.after >= window.height.before)
            }
        }
    }

    @Test func whatDoesNotFitIsRefusedWithEveryShape() throws {
        func message(_ operation: some Operation, _ shapes: [Shape]) -> String {
            do {
                let types = try operation.resultTypes(shapes.map { TensorType($0) })
                return "accepted: \(types)"
            } catch { return "\(error)" }
        }
        let image = Size2D(4, 4)
        func window(_ size: Size2D, stride: Size2D = 1, padding: Padding2D = .valid, dilation: Size2D = 1) -> Window2D {
            Window2D(size, stride: stride, padding: padding, dilation: dilation, over: image)
        }
        let tooLarge = message(Conv2D(window(5)), [[2, 4, 4, 3], [5, 5, 3, 8]])
        #expect(tooLarge.contains("at least 5x5") && tooLarge.contains("smaller kernel") && tooLarge.contains("2x4x4x3 and 5x5x3x8"))
        let groups = message(Conv2D(window(3), groups: 2), [[2, 4, 4, 3], [3, 3, 1, 8]])
        #expect(groups.contains("2 groups divide both kinds of channels") && groups.contains("2x4x4x3 and 3x3x1x8"))
        #expect(message(Conv2D(window(3)), [[2, 4, 4, 3], [3, 3, 4, 8]]).contains("found 2x4x4x3 and 3x3x4x8"))
        #expect(message(Conv2D(window(3, stride: 0)), [[2, 4, 4, 3], [3, 3, 3, 8]]).contains("at least 1"))
        #expect(message(Conv2D(window(3, padding: -1)), [[2, 4, 4, 3], [3, 3, 3, 8]]).contains("at least 0"))
        #expect(message(Conv2D(window(3)), [[4, 4, 3], [3, 3, 3, 8]]).contains("images n x h x w x channels"))
        #expect(message(Conv2DInputGradient(window(3), image: image), [[2, 3, 3, 8], [3, 3, 3, 8]]).contains("n x 2x2 x output channels"))
        #expect(message(Conv2DWeightGradient(window(3)), [[2, 4, 4, 3], [1, 2, 2, 8]]).contains("found 2x4x4x3 and 1x2x2x8"))
        #expect(message(MaxPool2D(window(2, padding: 2)), [[2, 4, 4, 3]]).contains("each window holds an element"))
        #expect(message(MaxPool2D(window(7)), [[2, 4, 4, 3]]).contains("at least 7x7"))
        #expect(message(AveragePool2D(.adaptive(Size2D(0, 1))), [[2, 4, 4, 3]]).contains("at least one window"))
        #expect(message(AveragePool2D(.moving(window(2), divisor: 0)), [[2, 4, 4, 3]]).contains("positive divisor"))

        var graph = Graph()
        let matrix = graph.external("x", TensorType([4, 4]))
        #expect(throws: ShapeError.self) { try graph.conv2D(matrix, matrix) }
        #expect(throws: ShapeError.self) { try graph.maxPool2D(matrix, 2) }
    }

    @Test func segmentsOfTheWeightGradientFollowTheShapesAlone() {
        #expect(imagesPerSegment(images: 64, positions: 676, weights: 18432) == 1)
        #expect(imagesPerSegment(images: 128, positions: 64, weights: 36864) == 4)
        #expect(imagesPerSegment(images: 128, positions: 1024, weights: 144) == 2)
        #expect(imagesPerSegment(images: 32, positions: 49, weights: 9 * 512 * 512) == 32)
        #expect(imagesPerSegment(images: 0, positions: 1, weights: 1) == 256)
    }
}
