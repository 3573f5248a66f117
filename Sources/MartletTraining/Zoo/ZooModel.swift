import MartletCore
import MartletFormats
import MartletZoo

/// A trained model that comes with Martlet, and how it was made.
public struct ZooModel: Sendable {
    /// What stands behind `zoo:`.
    public let name: String
    /// The model in a line.
    public let summary: String
    /// What `martlet` was given; `DATA` stands for the folder with the data.
    public let command: [String]
    /// Samples of the test part that it gets right, of how many.
    public let correct: (count: Int, of: Int)
    /// Of the weights.
    public let weightsSHA256: String

    /// Every model that comes with Martlet.
    public static let all: [ZooModel] = [digitsPerceptron, lenet5]

    /// 64-128-10 on the embedded digits.
    public static let digitsPerceptron = ZooModel(
        name: "digits-mlp", summary: "a perceptron 64-128-10 on the embedded digits (8 x 8)",
        command: ["train", "--model", "mlp:128", "--dropout", "0.3", "--epochs", "100", "--save", "digits-mlp.safetensors"],
        correct: (352, 360), weightsSHA256: "ea89baff076a884d0bc63ed95a19bc837238dc539445a1d604dd8e203d7aacb6")

    /// LeCun et al. (1998) on MNIST.
    public static let lenet5 = ZooModel(
        name: "mnist-lenet5", summary: "LeNet-5 on MNIST (28 x 28)",
        command: [
            "train", "--data", "idx:DATA", "--model", "lenet5", "--epochs", "6", "--batch-size", "128", "--augment", "shift:1",
            "--save", "mnist-lenet5.safetensors",
        ],
        correct: (9903, 10000), weightsSHA256: "b4da6110816e30af4d2ee12133c53576849c2e416ffef73a126848d0e0906bfc")

    /// The bytes of the safetensors file.
    public var bytes: [UInt8] {
        var size = 0
        guard let start = martlet_zoo(name, &size) else { preconditionFailure("the zoo has no file '\(name)'") }
        return Array(UnsafeBufferPointer(start: start, count: size))
    }

    private static let scheme = "zoo:"

    /// The contents of `zoo:NAME`; nil for any other path.
    static func contents(_ path: String) throws(FormatError) -> SafeTensors? {
        guard path.hasPrefix(scheme) else { return nil }
        let name = String(path.dropFirst(scheme.count))
        guard let model = all.first(where: { $0.name == name }) else {
            throw .badRequest(unknownName("model of the zoo", name, known: all.map(\.name)))
        }
        return try SafeTensors(parsing: model.bytes, path: path)
    }
}
