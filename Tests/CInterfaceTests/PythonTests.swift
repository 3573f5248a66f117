import Foundation
import TestSupport
import Testing

@Suite struct PythonTests {
    /// The example and the command train on the same files, and end with the same weights.
    @Test(.enabled(if: Tools.python != nil, "needs python3 with numpy"), arguments: ["cpu", "opencl"])
    func exampleGivesTheHashOfTheCommand(backend: String) throws {
        if backend == "opencl" && !Sanitized.hasOpenCL { return }
        let folder = try TemporaryFolder()
        for (part, count) in [("train", 100), ("t10k", 30)] {
            var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 4, 0, 0, 0, 4]
            var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
            for image in 0..<count {
                labels.append(UInt8(image % 3))
                for pixel in 0..<16 { images.append(UInt8(image % 3 * 60 + (image + pixel) * 29 % 50)) }
            }
            _ = try folder.write(images, to: "\(part)-images-idx3-ubyte")
            _ = try folder.write(labels, to: "\(part)-labels-idx1-ubyte")
        }
        let options = ["--model", "mlp:16,8", "--epochs", "2", "--batch-size", "32", "--seed", "5", "--backend", backend]
        let example = try Tools.run(
            try #require(Tools.python), ["-B", "\(Tools.root)/Examples/Python/train.py", folder.path, "--save", folder.file("model")] + options,
            environment: ["MARTLET_LIBRARY": Tools.library])
        try #require(example.status == 0, "\(example.out)\(example.err)")
        let hash = try #require(example.out.split(separator: "\n").last?.split(separator: " ").last)
        #expect(hash.count == 64)
        let command = try Tools.run("\(Tools.built)/martlet", ["train", "--data", "idx:\(folder.path)", "--quiet", "--json"] + options)
        #expect(command.out.contains("\"weightsSHA256\":\"\(hash)\""), "\(command.out)\(command.err)")
        // What one saves, the other reads.
        let evaluation = try Tools.run(
            "\(Tools.built)/martlet", ["evaluate", folder.file("model"), "--data", "idx:\(folder.path)", "--quiet", "--backend", "cpu"])
        #expect(evaluation.status == 0, "\(evaluation.err)")
    }
}
