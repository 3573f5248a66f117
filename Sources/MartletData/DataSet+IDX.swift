import MartletCore
import MartletFormats

extension DataSet {
    /// Reads the four IDX files of MNIST and its kin from a folder, plain or gzip-packed. A label may be any number of
    /// 0 ... 255; the classes are 0 up to the largest label of the training part. Images without channels get one.
    ///
    /// - Throws: `missingPart` for a file that is not there; `mismatch`, `badLabel` or `unsuitable` where the files do
    ///   not belong together; and what `IDX.read` throws.
    public static func loadIDX(_ directory: String) throws(FormatError) -> (train: DataSet, test: DataSet) {
        let name = directory.split(separator: "/").last.map(String.init) ?? directory
        // All four are looked for before any is read, which takes a while.
        let train = try IDXPart("train", "training", in: directory)
        let test = try IDXPart("t10k", "test", in: directory)
        // A class is an index into a table of names, which a stray int32 must not make huge.
        let trainLabels = try train.readLabels(below: 256)
        let classes = Int(trainLabels.integers.max() ?? 0) + 1
        let trainSet = try train.read(name: name, labels: trainLabels, classes: classes)
        let testSet = try test.read(name: name, labels: test.readLabels(below: classes), classes: classes)
        guard testSet.features.dtype == trainSet.features.dtype, testSet.featureShape == trainSet.featureShape
        else {
            throw .mismatch(
                path: test.images, what: "the type of a test image",
                expected: "\(TensorType(trainSet.featureShape, trainSet.features.dtype))",
                found: "\(TensorType(testSet.featureShape, testSet.features.dtype))")
        }
        return (trainSet, testSet)
    }
}

/// The two files of one part.
private struct IDXPart {
    let images: String
    let labels: String

    init(_ prefix: String, _ part: String, in directory: String) throws(FormatError) {
        images = try IDXPart.find("\(prefix)-images", "idx3-ubyte", "\(part) images", in: directory)
        labels = try IDXPart.find("\(prefix)-labels", "idx1-ubyte", "\(part) labels", in: directory)
    }

    private static func find(
        _ stem: String, _ kind: String, _ part: String, in directory: String
    ) throws(FormatError) -> String {
        // The point occurs in copies that were unpacked by some programs.
        let candidates = ["\(stem)-\(kind)", "\(stem)-\(kind).gz", "\(stem).\(kind)"]
        guard let found = candidates.first(where: { File.exists("\(directory)/\($0)") }) else {
            throw .missingPart(directory: directory, part: part, candidates: candidates)
        }
        return "\(directory)/\(found)"
    }

    func readLabels(below limit: Int) throws(FormatError) -> HostArray {
        let array = try IDX.read(labels)
        guard array.shape.rank == 1, array.dtype != .float32 else {
            throw .mismatch(path: labels, what: "the labels", expected: "a list of integers", found: "\(array.type)")
        }
        let values = array.integers
        if let position = values.firstIndex(where: { $0 < 0 || $0 >= limit }) {
            throw .badLabel(path: labels, position: position, label: Int(values[position]), classes: limit)
        }
        return HostArray(array.shape, values)
    }

    func read(name: String, labels array: HostArray, classes: Int) throws(FormatError) -> DataSet {
        let features = try IDX.read(images)
        let shape = features.shape
        guard shape.rank > 1, shape[0] == array.count else {
            throw .mismatch(
                path: images, what: "its images", expected: "\(array.count), as '\(labels)' has labels",
                found: "the shape \(shape)")
        }
        return try DataSet(
            name: name, features: shape.rank == 3 ? features.reshaped([shape[0], 1, shape[1], shape[2]]) : features,
            featureDivisor: features.dtype == .uint8 ? 255 : 1,
            targets: .classes(labels: array, names: (0..<classes).map(String.init)), source: images)
    }
}
