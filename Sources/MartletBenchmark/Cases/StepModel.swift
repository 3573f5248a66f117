import MartletCore
import MartletData
import MartletKernels
import MartletNN
import MartletTraining

/// A model whose training steps are measured, with its optimizer. `Benchmarks/peers` builds the same ones.
package struct StepModel: Sendable {
    let name: String
    let input: Shape
    let optimizer: Optimizer
    let build: @Sendable () throws -> Model

    static let classes = 10

    static let all: [StepModel] = [
        StepModel(name: "mlp", input: [784], optimizer: .adam()) {
            try Model.perceptron(input: [784], widths: [512, 512], outputs: classes)
        },
        StepModel(name: "mlp-batchnorm", input: [784], optimizer: .momentum()) {
            try Model.perceptron(input: [784], widths: [512, 512], outputs: classes, batchNorm: true)
        },
        // As the named model, without its dropout, which peers draw from generators of their own.
        StepModel(name: "cnn", input: [1, 28, 28], optimizer: .adam()) {
            try Model(input: [1, 28, 28]) {
                Conv2D(32, kernelSize: 3)
                Activation("relu")
                Conv2D(64, kernelSize: 3)
                Activation("relu")
                MaxPool2D(2)
                Flatten()
                Linear(128)
                Activation("relu")
                Linear(classes)
            }
        },
        StepModel(name: "lenet5", input: [1, 28, 28], optimizer: .adam()) {
            try NamedModel.parse("lenet5").model.build(.init(input: [1, 28, 28], outputs: classes))
        },
        StepModel(name: "resnet8", input: [3, 32, 32], optimizer: .momentum()) {
            try NamedModel.parse("resnet8").model.build(.init(input: [3, 32, 32], outputs: classes))
        },
    ]

    /// So small that a step costs nothing but its launches.
    static let tiny = StepModel(name: "mlp 8-8-4", input: [8], optimizer: .adam()) {
        try Model.perceptron(input: [8], widths: [8], outputs: classes)
    }

    /// Bytes and labels at random.
    func data(samples: Int) throws -> DataSet {
        var noise = [Float](repeating: 0, count: samples * input.elementCount)
        martlet_host_fill_uniform(&noise, UInt32(noise.count), 0, 7, 0x5EED, 0)
        let labels = (0..<samples).map { Int32(martlet_host_random_bits(UInt32($0), 0, 8, 0x5EED, 0) % UInt32(Self.classes)) }
        return try DataSet(
            name: "noise", features: HostArray(input.prepending(samples), noise.map { UInt8($0 * 255.99) }), featureDivisor: 255,
            targets: .classes(labels: HostArray([samples], labels), names: (0..<Self.classes).map { "\($0)" }))
    }

    /// The launches of a step: how many, and their flops and bytes.
    package func cost(batch: Int) throws -> (launches: Int, flops: Int, bytes: Int) {
        let plan = try build().trainingPlan(try data(samples: batch), loss: .crossEntropy, optimizer: optimizer, batchSize: batch)
        return (plan.program.launches.count, plan.cost.flops, plan.cost.bytes)
    }
}
