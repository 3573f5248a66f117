/// Residual networks for small images (He et al. 2015, section 4.2): 6n + 2 layers, three stages of n blocks with 16, 32
/// and 64 channels, the later ones halving the image, then global average pooling.
///
/// Shortcuts are the paper's option A, which it uses here: where a stage begins, every second pixel and zeros for the new
/// channels. Option B, a 1x1 convolution, would add 2,560 weights that the paper's counts do not have. Dropout,
/// which the paper does not use, follows the pooling where it is asked for.
extension NamedModel {
    static let resnet8 = NamedModel(
        name: "resnet8", argument: nil, summary: "8 layers: conv 16 3x3 and one residual block each of 16, 32, 64 channels",
        settings: [.dropout]
    ) { request in resnet(blocks: 1, request) }

    static let resnet20 = NamedModel(
        name: "resnet20", argument: nil, summary: "20 layers: conv 16 3x3 and three residual blocks each of 16, 32, 64 channels",
        settings: [.dropout]
    ) { request in resnet(blocks: 3, request) }

    @LayerBuilder
    private static func resnet(blocks count: Int, _ request: Request) -> [any Block] {
        Conv2D(16, kernelSize: 3, padding: 1, bias: false)
        BatchNorm()
        ReLU()
        for (stage, channels) in [16, 32, 64].enumerated() {
            for block in 0..<count {
                residual(channels, isWider: stage > 0 && block == 0)
                ReLU()
            }
        }
        GlobalAveragePool2D()
        if request.dropout > 0 { Dropout(request.dropout) }
        Linear(request.outputs)
    }

    private static func residual(_ channels: Int, isWider: Bool) -> Residual {
        Residual {
            Conv2D(channels, kernelSize: 3, stride: isWider ? 2 : 1, padding: 1, bias: false)
            BatchNorm()
            ReLU()
            Conv2D(channels, kernelSize: 3, padding: 1, bias: false)
            BatchNorm()
        } shortcut: {
            if isWider {
                AveragePool2D(1, stride: 2)
                Pad(channels: channels / 2)
            }
        }
    }
}
