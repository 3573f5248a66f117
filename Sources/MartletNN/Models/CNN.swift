extension NamedModel {
    /// The small convolutional network of Keras' and PyTorch's MNIST examples.
    static let cnn = NamedModel(
        name: "cnn", argument: nil,
        summary: "conv 32 3x3, conv 64 3x3, max-pool 2, dropout 0.25, dense 128, dropout 0.5", settings: [.activation]
    ) { request in cnn(request) }

    @LayerBuilder
    private static func cnn(_ request: Request) -> [any Block] {
        Conv2D(32, kernelSize: 3)
        Activation(request.activation)
        Conv2D(64, kernelSize: 3)
        Activation(request.activation)
        MaxPool2D(2)
        Dropout(0.25)
        Flatten()
        Linear(128)
        Activation(request.activation)
        Dropout(0.5)
        Linear(request.outputs)
    }
}
