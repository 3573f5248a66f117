import MartletCore

/// The cases that a convolution and its two gradients share.
enum ConvolutionSamples {
    struct Case {
        var label: String
        var extents: ConvolutionExtents
        var isSpecial = false
        var isDifferentiable = false
    }

    private static func make(
        _ images: Int, _ image: Size2D, _ channels: Int, to outputChannels: Int, kernel: Size2D, stride: Size2D = 1,
        padding: Padding2D = .valid, dilation: Size2D = 1, groups: Int = 1
    ) -> Case {
        let window = Window2D(kernel, stride: stride, padding: padding, dilation: dilation, over: image)
        let extents = ConvolutionExtents(
            images: images, image: image, channels: channels, result: window.places(image), outputChannels: outputChannels,
            groups: groups, window: window)
        let label = "\(images) of \(image)x\(channels) to \(outputChannels), \(window)" + (groups > 1 ? ", \(groups) groups" : "")
        return Case(label: label, extents: extents, isDifferentiable: extents.multiplyAdds < 20_000)
    }

    static let all: [Case] = {
        var cases: [Case] = [
            // One pixel, and kernels as large as the image.
            make(1, 1, 1, to: 1, kernel: 1),
            make(2, 1, 7, to: 17, kernel: 1),
            make(3, 1, 5, to: 33, kernel: 3, padding: 1),
            make(2, Size2D(5, 7), 3, to: 4, kernel: Size2D(5, 7)),
            make(1, 4, 2, to: 3, kernel: 6, padding: 1),
            // Plain ones.
            make(2, 7, 3, to: 5, kernel: 3, padding: .same),
            make(3, Size2D(17, 7), 1, to: 7, kernel: 3),
            make(2, Size2D(7, 33), 17, to: 33, kernel: 3, padding: 1),
            make(1, 33, 7, to: 1, kernel: Size2D(1, 5)),
            make(2, 8, 16, to: 65, kernel: 3, padding: .same),
            make(5, 6, 8, to: 16, kernel: 1),
            // Channels that can be read four at a time.
            make(2, Size2D(6, 5), 8, to: 12, kernel: 3, padding: 1),
            make(2, 6, 8, to: 8, kernel: 2, dilation: Size2D(2, 1), groups: 2),
            // One chain, which a product of these extents would cut.
            make(1, 2, 1100, to: 3, kernel: 1),
            make(1, 2, 3, to: 1100, kernel: 1),
            make(2, 5, 3, to: 4, kernel: 1, padding: 1),
            make(33, 3, 2, to: 2, kernel: 2),
            // Strides, also larger than the kernel.
            make(2, Size2D(9, 7), 4, to: 6, kernel: 3, stride: 2, padding: 1),
            make(1, 17, 3, to: 8, kernel: 7, stride: 4, padding: 3),
            make(2, Size2D(11, 10), 3, to: 5, kernel: 2, stride: 3),
            make(1, Size2D(12, 10), 2, to: 3, kernel: 1, stride: Size2D(2, 3)),
            make(2, 7, 5, to: 20, kernel: 3, stride: 2, padding: .same),
            // Dilation, and padding that differs from side to side.
            make(1, 11, 3, to: 5, kernel: 3, padding: 2, dilation: 2),
            make(1, Size2D(12, 10), 2, to: 3, kernel: Size2D(5, 3), stride: Size2D(2, 1), padding: .symmetric(Size2D(2, 1)), dilation: Size2D(1, 2)),
            make(2, Size2D(7, 9), 3, to: 18, kernel: Size2D(2, 3), padding: .sides(top: 0, bottom: 3, left: 4, right: 1)),
            make(1, 13, 2, to: 4, kernel: 3, stride: 3, padding: .same, dilation: 2),
            make(1, 5, 3, to: 2, kernel: 2, padding: 3),
            // Groups and depthwise.
            make(2, 8, 4, to: 8, kernel: 3, padding: 1, groups: 2),
            make(1, 7, 34, to: 51, kernel: 3, padding: 1, groups: 17),
            make(2, 8, 6, to: 6, kernel: 3, padding: 1, groups: 6),
            make(2, Size2D(9, 7), 33, to: 33, kernel: 3, stride: 2, padding: .same, groups: 33),
            make(1, 7, 5, to: 10, kernel: 3, stride: 2, padding: 1, groups: 5),
            make(1, 9, 17, to: 17, kernel: Size2D(3, 2), padding: 2, dilation: Size2D(2, 3), groups: 17),
            // Nothing.
            make(0, 5, 2, to: 3, kernel: 3, padding: 1),
            // Many images, so that the weight's gradient has several segments of several images.
            make(130, 4, 3, to: 7, kernel: 3, padding: 1),
            make(67, 16, 1, to: 2, kernel: 3),
        ]
        for var special in [make(2, 6, 5, to: 17, kernel: 3, padding: 1), make(2, 6, 7, to: 7, kernel: 3, stride: 2, padding: 1, groups: 7)] {
            special.label += ", special"
            special.isSpecial = true
            special.isDifferentiable = false
            cases.append(special)
        }
        return cases
    }()

    private static let fused: [Case] = [
        make(2, 7, 3, to: 17, kernel: 3, padding: 1),
        make(1, Size2D(9, 8), 4, to: 6, kernel: 3, stride: 2, padding: 1, groups: 2),
        make(2, 6, 9, to: 9, kernel: 3, padding: 1, groups: 9),
        make(3, 5, 8, to: 33, kernel: 1),
    ]

    private static let epilogues: [(String, Expression)] = [
        ("bias relu", Expression { e in e.apply(.relu, e.apply(.add, e.operand(0), e.operand(1))) }),
        ("masked", Expression { e in
            e.apply(.reluGradient, e.operand(1), e.apply(.multiply, e.operand(0), e.dropout(stream: 2, threshold: 1 << 31, scale: 2)))
        }),
    ]

    /// The samples of a convolution with an epilogue: plain ones, then fused ones.
    ///
    /// - Parameters:
    ///   - operand: what is convolved, beside the weights.
    ///   - result: what it becomes.
    static func samples(
        from operand: KeyPath<ConvolutionExtents, Shape>, to result: KeyPath<ConvolutionExtents, Shape>,
        _ operation: (ConvolutionExtents, _ epilogue: Expression) -> any EpilogueOperation
    ) -> [Sample] {
        func factors(_ sample: Case) -> [TensorType] {
            [TensorType(sample.extents[keyPath: operand]), TensorType(sample.extents.weightShape)]
        }
        return all.map { sample in
            Sample(
                sample.label, operation(sample.extents, .identity), factors(sample), [sample.isSpecial ? .special : .normal],
                differentiable: sample.isDifferentiable ? [0, 1] : [], tolerance: 2e-5)
        } + epilogues.flatMap { label, epilogue in
            fused.map { sample in
                let shape = sample.extents[keyPath: result]
                let extra: Shape = label == "masked" ? shape : [shape.last]
                return Sample(
                    "\(sample.label) \(label)", operation(sample.extents, epilogue), factors(sample) + [TensorType(extra)], tolerance: 2e-5)
            }
        }
    }
}
