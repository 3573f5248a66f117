import CMartletBenchmark
import MartletCore
import MartletOps

/// The three convolutions of a training step.
enum ConvolutionKind: String, CaseIterable {
    case forward = "conv2d forward"
    case inputGradient = "conv2d input gradient"
    case weightGradient = "conv2d weight gradient"
}

extension LaunchCase {
    /// A convolution, its sampled elements checked by naive chains, against oneDNN in its own layouts, NHWC and NCHW.
    static func convolution(_ kind: ConvolutionKind, _ shape: ConvolutionShape, _ opponents: Opponents) throws -> LaunchCase {
        let extents = shape.extents
        let operation: any Operation
        let operands: [Shape]
        let element: ([Float], [Float], Int) -> Float
        let result: Shape
        let terms: Int
        switch kind {
        case .forward:
            operation = Conv2D(shape.window)
            (operands, result) = ([extents.inputShape, extents.weightShape], extents.resultShape)
            element = { Chain.forward(extents, $0, $1, index: $2) }
            terms = shape.kernel * shape.kernel * shape.channels
        case .inputGradient:
            operation = Conv2DInputGradient(shape.window, image: extents.image)
            (operands, result) = ([extents.resultShape, extents.weightShape], extents.inputShape)
            element = { Chain.inputGradient(extents, $0, $1, index: $2) }
            terms = shape.kernel * shape.kernel * shape.outputChannels
        case .weightGradient:
            operation = Conv2DWeightGradient(shape.window)
            (operands, result) = ([extents.inputShape, extents.resultShape], extents.weightShape)
            element = { Chain.weightGradient(extents, $0, $1, index: $2) }
            terms = shape.images * extents.result.height * extents.result.width
        }
        let types = operands.map { TensorType($0) }
        var found = LaunchCase(
            .conv, kind.rawValue, shape.description, unit: .gigaflops,
            cost: operation.cost(types, try operation.resultTypes(types)),
            task: { try Workload(operation, operands.enumerated().map { BenchmarkData.normal($1, stream: $0) }) })
        let expected = Remembered<[(index: Int, value: Float)]>()
        func elements(_ task: Workload) -> [(index: Int, value: Float)] {
            expected.value {
                let (first, second) = (task.operands[0].floats, task.operands[1].floats)
                return spread(over: result.elementCount).map { ($0, element(first, second, $0)) }
            }
        }
        found.verify = { firstWrong($1[0].floats, elements($0)) }
        found.rivals = { task, target in
            guard target.isProcessor, opponents.has(.onednn), martlet_dnnl_has_conv() else { return [] }
            return ConvolutionRival.all(kind, shape, task).map { $0.contestant(count: result.elementCount, terms: terms) { elements(task) } }
        }
        return found
    }
}

/// oneDNN's convolution in one layout, with its operands already in it: reorders are not counted.
private final class ConvolutionRival {
    private let name: String
    private let raw: OpaquePointer

    /// Those layouts that oneDNN takes.
    static func all(_ kind: ConvolutionKind, _ shape: ConvolutionShape, _ task: Workload) -> [ConvolutionRival] {
        let layouts: [(String, martlet_conv_layout)] = [
            ("onednn own layout", MARTLET_LAYOUT_OWN), ("onednn nhwc", MARTLET_LAYOUT_NHWC), ("onednn nchw", MARTLET_LAYOUT_NCHW),
        ]
        return layouts.compactMap { ConvolutionRival($0, kind, $1, shape, task) }
    }

    private init?(_ name: String, _ kind: ConvolutionKind, _ layout: martlet_conv_layout, _ shape: ConvolutionShape, _ task: Workload) {
        let extents = shape.extents
        var raw = martlet_conv_extents(
            images: shape.images, height: shape.size, width: shape.size, channels: shape.channels,
            result_height: extents.result.height, result_width: extents.result.width, result_channels: shape.outputChannels,
            kernel: shape.kernel, stride: 1, padding: shape.isSame ? shape.kernel / 2 : 0)
        let kinds: [ConvolutionKind: martlet_conv_kind] = [
            .forward: MARTLET_CONV_FORWARD, .inputGradient: MARTLET_CONV_INPUT_GRADIENT, .weightGradient: MARTLET_CONV_WEIGHT_GRADIENT,
        ]
        let made = task.operands[0].floats.withUnsafeBufferPointer { first in
            task.operands[1].floats.withUnsafeBufferPointer { second in
                martlet_dnnl_conv_create(kinds[kind]!, layout, &raw, first.baseAddress, second.baseAddress)
            }
        }
        guard let made else { return nil }
        (self.name, self.raw) = (name, made)
    }

    deinit { martlet_dnnl_conv_destroy(raw) }

    func contestant(count: Int, terms: Int, _ elements: @escaping () -> [(index: Int, value: Float)]) -> Contestant {
        Contestant(
            name: name,
            run: { launches in for _ in 0..<launches where !martlet_dnnl_conv_run(self.raw) { throw OpponentRefuses() } },
            check: { _ in
                let result = AlignedFloats(count: count)
                guard martlet_dnnl_conv_read(self.raw, result.values) else { return "its result cannot be read" }
                return firstFar(result.values, elements(), terms: terms)
            })
    }
}
