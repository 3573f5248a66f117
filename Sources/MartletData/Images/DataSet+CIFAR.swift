import MartletCore
import MartletFormats

extension DataSet {
    /// Reads CIFAR-10's binary version from a folder: every `data_batch_*.bin` in the order of their numbers for
    /// training, `test_batch.bin` for test, and the names of the classes from `batches.meta.txt` where it is there.
    ///
    /// - Throws: `missingPart` for a file that is not there, and what `CIFAR.read` throws.
    public static func loadCIFAR10(_ directory: String) throws(FormatError) -> (train: DataSet, test: DataSet) {
        let files = try File.names(in: directory)
        let batches = (1...99).map { "data_batch_\($0).bin" }.filter(files.contains)
        guard !batches.isEmpty else {
            throw .missingPart(directory: directory, part: "training batches", candidates: ["data_batch_1.bin", "data_batch_2.bin, …"])
        }
        guard files.contains("test_batch.bin") else {
            throw .missingPart(directory: directory, part: "test batch", candidates: ["test_batch.bin"])
        }
        let names = files.contains("batches.meta.txt") ? try CIFAR.readNames("\(directory)/batches.meta.txt") : usualNames
        func part(_ files: [String]) throws(FormatError) -> DataSet {
            var (images, labels): ([UInt8], [Int32]) = ([], [])
            for file in files {
                let batch = try CIFAR.read("\(directory)/\(file)")
                images += batch.images
                labels += batch.labels
            }
            return try DataSet(
                name: "cifar10", features: HostArray(CIFAR.imageShape.prepending(labels.count), images), featureDivisor: 255,
                targets: .classes(labels: HostArray([labels.count], labels), names: names), source: directory)
        }
        return (try part(batches), try part(["test_batch.bin"]))
    }

    private static let usualNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
}
