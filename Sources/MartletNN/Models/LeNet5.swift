import MartletCore

extension NamedModel {
    /// LeNet-5 (LeCun et al. 1998) as it is trained today: ReLU and max pooling in place of tanh and trained averages, and
    /// every channel of the first layer read by the second. Images smaller than 32x32 are padded by 2, as LeCun's 28x28
    /// digits lie in 32x32. Dropout, where it is asked for, follows the dense activations.
    static let lenet5 = NamedModel(
        name: "lenet5", argument: nil, summary: "conv 6 5x5, pool 2, conv 16 5x5, pool 2, dense 120, 84",
        settings: [.activation, .dropout]
    ) { request in lenet5(request) }

    @LayerBuilder
    private static func lenet5(_ request: Request) -> [any Block] {
        Conv2D(6, kernelSize: 5, padding: request.input.last < 32 ? 2 : 0)
        Activation(request.activation)
        MaxPool2D(2)
        Conv2D(16, kernelSize: 5)
        Activation(request.activation)
        MaxPool2D(2)
        Flatten()
        for width in [120, 84] {
            Linear(width)
            Activation(request.activation)
            if request.dropout > 0 { Dropout(request.dropout) }
        }
        Linear(request.outputs)
    }
}
