import MartletConformance
import MartletCore
import MartletGraph
import MartletNN
import MartletOps
import Testing

/// Layers over images: shapes in PyTorch's order, what is refused, and what training mode does.
@Suite struct ImageLayerTests {
    @Test func shapesAreChannelsFirst() throws {
        func shape(_ input: Shape, _ block: any Block) throws -> Shape { try Model(input: input, blocks: [block]).outputShape }
        #expect(try shape([3, 9, 7], MartletNN.Conv2D(8, kernelSize: 3)) == [8, 7, 5])
        #expect(try shape([3, 9, 7], MartletNN.Conv2D(8, kernelSize: Size2D(3, 1), stride: 2, padding: .same)) == [8, 5, 4])
        #expect(try shape([4, 9, 7], MartletNN.Conv2D(4, kernelSize: 3, padding: 2, dilation: 2, groups: 4)) == [4, 9, 7])
        #expect(try shape([3, 9, 7], MartletNN.MaxPool2D(2)) == [3, 4, 3])
        #expect(try shape([3, 9, 7], MartletNN.MaxPool2D(2, ceilMode: true)) == [3, 5, 4])
        #expect(try shape([3, 9, 7], MartletNN.AveragePool2D(3, stride: 1, padding: 1)) == [3, 9, 7])
        #expect(try shape([3, 9, 7], AdaptiveAveragePool2D(Size2D(2, 3))) == [3, 2, 3])
        #expect(try shape([3, 9, 7], GlobalAveragePool2D()) == [3])
        #expect(try shape([3, 9, 7], GlobalMaxPool2D()) == [3])
        #expect(try shape([3, 9, 7], Dropout2D(0.5)) == [3, 9, 7])
        #expect(try shape([3, 9, 7], Pad(.sides(top: 1, bottom: 2, left: 3, right: 4), channels: 5)) == [8, 12, 14])
        #expect(try shape([3, 9, 7], Crop(.sides(top: 1, bottom: 2, left: 3, right: 0))) == [3, 6, 4])
        #expect(try shape([3, 9, 7], Flatten()) == [189])
        #expect(try shape([3, 9, 7], Linear(5)) == [5])
        #expect(try shape([3, 9, 7], Residual { MartletNN.Conv2D(3, kernelSize: 3, padding: 1) }) == [3, 9, 7])
        let joined = try Model(joining: [3, 9, 7]) { x in Concatenate()(x, MartletNN.Conv2D(2, kernelSize: 1)(x), x) }
        #expect(joined.outputShape == [8, 9, 7])
    }

    @Test func weightsHavePyTorchsShapes() throws {
        let model = try Sequential(input: [4, 6, 5]) {
            MartletNN.Conv2D(8, kernelSize: Size2D(3, 2), groups: 2)
            MartletNN.BatchNorm()
            Flatten()
            Linear(7)
        }
        #expect(model.variables.map(\.name) == [
            "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "3.weight", "3.bias",
        ])
        #expect(model.variables.map(\.fileShape) == [[8, 2, 3, 2], [8], [8], [8], [8], [8], [7, 128], [7]])
        for variable in model.variables {
            let array = HostArray(variable.type.shape, (0..<variable.type.elementCount).map { Float($0) })
            #expect(variable.fromFile(variable.toFile(array)) == array)
        }
    }

    /// A convolution that a ReLU follows, through batchNorm and the sum of a residual block.
    @Test func initialisersLookThroughBlocks() throws {
        let model = try NamedModel.parse("resnet8").model.build(.init(input: [3, 8, 8], outputs: 10))
        let graph = try model.initialisationGraph()
        let convolutions = model.variables.filter { $0.type.shape.rank == 4 }
        #expect(convolutions.count == 7 && graph.parameters.count > 7)
    }

    @Test(arguments: [
        ([4, 8, 8], [MartletNN.Conv2D(6, kernelSize: 3, groups: 3)], ["'0' (conv2d)", "3 groups", "4 channels in", "6 out", "4x8x8"]),
        ([4, 8, 8], [MartletNN.Conv2D(6, kernelSize: 3, groups: 4)], ["'0' (conv2d)", "6 out"]),
        ([4, 8, 8], [MartletNN.Conv2D(6, kernelSize: 11, padding: 1)], ["'0' (conv2d)", "11x11", "8x8", "4x8x8"]),
        ([4, 8, 8], [MartletNN.Conv2D(6, kernelSize: 3, stride: 0)], ["'0' (conv2d)", "at least 1"]),
        ([4, 8, 8], [MartletNN.Conv2D(6, kernelSize: 0)], ["'0' (conv2d)", "at least 1"]),
        ([4, 8, 8], [MartletNN.Conv2D(1 << 40, kernelSize: Size2D(1 << 40, 1 << 40))], ["'0' (conv2d)", "2^31"]),
        ([4, 8, 8], [ReLU(), MartletNN.MaxPool2D(9)], ["'1' (max_pool2d)", "4x8x8"]),
        ([4, 8, 8], [MartletNN.AveragePool2D(Size2D(1 << 40, 1))], ["'0' (average_pool2d)"]),
        ([4, 8, 8], [AdaptiveAveragePool2D(0)], ["'0' (adaptive_average_pool2d)"]),
        ([64], [MartletNN.Conv2D(6, kernelSize: 3)], ["'0' (conv2d)", "channels x height x width", "found 64"]),
        ([4, 8, 8], [Crop(4)], ["'0' (crop)", "4x8x8"]),
        ([4, 8, 8], [Pad(.same)], ["'0' (pad)", "numbers"]),
        ([4, 8, 8], [Pad(channels: -1)], ["'0' (pad)"]),
        ([4, 8, 8], [Pad(.sides(top: 1 << 30, bottom: 1 << 30, left: 1 << 30, right: 1 << 30))], ["'0' (pad)", "2^31"]),
        ([4, 8, 8], [Dropout2D(1)], ["'0' (dropout2d)", "below 1"]),
        ([4, 8, 8], [MartletNN.BatchNorm(momentum: -0.1)], ["'0' (batch_norm)", "momentum", "from 0 to 1", "found -0.1"]),
        ([4, 8, 8], [MartletNN.BatchNorm(momentum: 1.5)], ["'0' (batch_norm)", "momentum", "found 1.5"]),
        ([4, 8, 8], [MartletNN.BatchNorm(momentum: .nan)], ["'0' (batch_norm)", "momentum", "found nan"]),
        ([4, 8, 8], [ReLU(), MartletNN.BatchNorm(epsilon: -1e-5)], ["'1' (batch_norm)", "epsilon", "at least 0", "found -1e-05"]),
        ([4, 8, 8], [MartletNN.LayerNorm(epsilon: .infinity)], ["'0' (layer_norm)", "epsilon", "found inf"]),
        ([64], [Linear(0)], ["'0' (linear)", "units", "at least 1", "found 0"]),
        ([64], [Dropout(-0.5)], ["'0' (dropout)", "probability", "found -0.5"]),
        ([64], [Linear(3, initialiser: .normal(deviation: -1))], ["'0' (linear)", "initialiser", "a deviation of -1.0"]),
        ([64], [Linear(3, initialiser: .heNormal(gain: .nan))], ["'0' (linear)", "a gain of nan"]),
        ([4, 8, 8], [MartletNN.Conv2D(3, kernelSize: 3, initialiser: .uniform(bound: .infinity))], ["'0' (conv2d)", "a bound of inf"]),
        ([64], [Activation("ReLU")], ["'0' (activation)", "'ReLU' (did you mean 'relu'?)"]),
        ([64], [Softplus(beta: -1)], ["'0' (activation)", "beta to be above 0", "found -1.0"]),
        ([64], [Activation("relu", ["slope": 1])], ["'0' (activation)", "no parameter for relu", "'slope'"]),
        ([4, 8, 8], [Residual { MartletNN.Conv2D(5, kernelSize: 3, padding: 1) }], ["'0' (add)", "5x8x8 and 4x8x8"]),
        ([4, 8, 8], [Residual { Residual { Linear(3) } }], ["'0.body.0' (add)", "found 3 and 4x8x8"]),
    ] as [(Shape, [any Block], [String])])
    func whatDoesNotFitIsNamed(input: Shape, blocks: [any Block], parts: [String]) {
        let error = #expect(throws: ShapeError.self) { try Model(input: input, blocks: blocks) }
        for part in parts { #expect(error?.description.contains(part) == true, "\(String(describing: error))") }
    }

    @Test func concatenatedSizesMustBeEqual() {
        let error = #expect(throws: ShapeError.self) {
            try Model(joining: [2, 4, 4]) { x in Concatenate()(x, MartletNN.MaxPool2D(2)(x)) }
        }
        #expect(error?.description.contains("2x4x4 and 2x2x2") == true, "\(String(describing: error))")
    }

    @Test func wholeChannelsAreDropped() throws {
        let (batch, height, width, channels) = (5, 3, 4, 8)
        func values(_ step: UInt32) throws -> [Double] {
            var graph = Graph()
            let x = graph.external("x", TensorType([batch, height, width, channels]))
            var context = LayerContext(graph, mode: .training)
            let y = try Dropout2D(0.25).apply([x], in: &context)
            try context.graph.leave(y, at: .output(0))
            var parameters = StepParameters(seed: 3)
            parameters.step = step
            return try GraphOracle(context.graph).run(
                [Array(repeating: 1, count: batch * height * width * channels)], parameters)[0]
        }
        let result = try values(0)
        var masks: [[Double]] = []
        for sample in 0..<batch {
            for channel in 0..<channels {
                let places = (0..<(height * width)).map { result[(sample * height * width + $0) * channels + channel] }
                #expect(Set(places).count == 1)
                masks.append([places[0]])
            }
        }
        #expect(Set(masks) == [[0], [Double(Float(1 / 0.75))]])
        #expect(try values(1) != result)
    }

    @Test func oneImageHasStatisticsAndOnePixelHasNot() throws {
        func apply(_ shape: Shape) throws {
            var graph = Graph()
            let x = graph.external("x", TensorType(shape))
            var context = LayerContext(graph, mode: .training)
            _ = try MartletNN.BatchNorm().apply([x], in: &context)
        }
        try apply([1, 2, 1, 3])
        let error = #expect(throws: ShapeError.self) { try apply([1, 1, 1, 3]) }
        #expect(error?.description.contains("at least two samples") == true)
    }

    @Test(arguments: [
        ("lenet5", [1, 28, 28], 61_706), ("lenet5", [3, 32, 32], 62_006), ("cnn", [1, 28, 28], 1_199_882),
        // He et al. (2015), table 6: 0.27 million.
        ("resnet20", [3, 32, 32], 269_722), ("mlp:512,512", [784], 669_706), ("mlp:", [3, 4, 4], 490),
    ] as [(String, Shape, Int)])
    func namedModelsHaveTheirParameters(name: String, input: Shape, parameters: Int) throws {
        let (named, argument) = try NamedModel.parse(name)
        var request = NamedModel.Request(input: input, outputs: 10)
        request.argument = argument
        let model = try named.build(request)
        #expect(model.parameterCount == parameters)
        #expect(model.outputShape == [10])
        let layers = try model.layerSummaries()
        #expect(layers.reduce(0) { $0 + $1.trainableParameters } == parameters)
        #expect(layers.allSatisfy { $0.flops >= 0 && $0.bytes >= 0 })
    }

    /// 2 x taps x channels in x elements out for each convolution and each linear layer.
    @Test func flopsAreCounted() throws {
        let layers = try Sequential(input: [3, 8, 8]) {
            MartletNN.Conv2D(5, kernelSize: 3, bias: false)
            Linear(7, bias: false)
        }.layerSummaries()
        #expect(layers.map(\.flops) == [2 * 9 * 3 * 5 * 36, 2 * 5 * 36 * 7])
        #expect(layers.map(\.outputShape) == [[5, 6, 6], [7]])
    }

    @Test(arguments: ["lenet6", "cnn:3", "mlp:a", "mlp:0", "resnet:20"])
    func namesThatMeanNothingAreRefused(name: String) {
        #expect(throws: ModelNameError.self) {
            let (named, argument) = try NamedModel.parse(name)
            var request = NamedModel.Request(input: [3, 32, 32], outputs: 10)
            request.argument = argument
            _ = try named.build(request)
        }
    }
}
