import MartletCore
import MartletFormats

extension DataSet {
    /// Reads NumPy arrays: X.npy,y.npy, or a folder with `X.npy` and `y.npy`, which are divided at random as a table is; or
    /// a folder with `X_train.npy`, `y_train.npy`, `X_test.npy` and `y_test.npy`.
    ///
    /// X is [N, …] (images are [N, channels, height, width]): float32 as they are, or bytes. y is [N] integers for
    /// classes, which are 0 up to the largest, and [N] or [N, k] numbers for regression.
    ///
    /// - Throws: `missingPart`, `mismatch`, `badLabel`, `unsuitable`, and what `NPY.read` throws.
    public static func loadNPY(
        _ path: String, task: LearningTask = .classification, testFraction: Double = 0.2, seed: UInt64 = 0
    ) throws(FormatError) -> (train: DataSet, test: DataSet) {
        let pair = path.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if pair.count == 2, !File.isFolder(path) {
            return try divided(pair[0], pair[1], task, testFraction, seed)
        }
        guard File.isFolder(path) else {
            guard File.exists(path) else { throw .missing(path: path) }
            throw .unsuitable(path: path, problem: "expected a folder or two files, found one", remedy: "write npy:X.npy,y.npy")
        }
        func file(_ name: String, _ part: String) throws(FormatError) -> String {
            guard File.exists("\(path)/\(name)") else { throw .missingPart(directory: path, part: part, candidates: [name]) }
            return "\(path)/\(name)"
        }
        guard File.exists("\(path)/X_train.npy") else {
            guard File.exists("\(path)/X.npy") else {
                throw .missingPart(directory: path, part: "samples", candidates: ["X.npy", "X_train.npy"])
            }
            return try divided("\(path)/X.npy", try file("y.npy", "targets"), task, testFraction, seed)
        }
        let trainFiles = ("\(path)/X_train.npy", try file("y_train.npy", "training targets"))
        let testFiles = (try file("X_test.npy", "test samples"), try file("y_test.npy", "test targets"))
        let train = try set(trainFiles.0, trainFiles.1, task, classes: nil)
        let test = try set(testFiles.0, testFiles.1, task, classes: task == .classification ? train.classNames.count : nil)
        guard test.features.dtype == train.features.dtype, test.featureShape == train.featureShape else {
            throw .mismatch(
                path: testFiles.0, what: "the type of a test sample",
                expected: "\(TensorType(train.featureShape, train.features.dtype))",
                found: "\(TensorType(test.featureShape, test.features.dtype))")
        }
        return (train, test)
    }

    private static func divided(
        _ samples: String, _ targets: String, _ task: LearningTask, _ testFraction: Double, _ seed: UInt64
    ) throws(FormatError) -> (train: DataSet, test: DataSet) {
        let all = try set(samples, targets, task, classes: nil)
        guard all.count > 1 else {
            throw .unsuitable(
                path: samples, problem: "expected at least two samples to divide into training and test, found one", remedy: "add data")
        }
        let strata = task == .classification ? all.labels : [Int32](repeating: 0, count: all.count)
        let one = 1 / Double(all.count)
        let (kept, heldOut) = stratifiedSplit(labels: strata, fraction: min(max(testFraction, one), 1 - one), seed: seed)
        return (all.subset(kept), all.subset(heldOut))
    }

    private static func set(
        _ samples: String, _ targets: String, _ task: LearningTask, classes: Int?
    ) throws(FormatError) -> DataSet {
        let features = try NPY.read(samples)
        let wanted = try NPY.read(targets)
        guard features.shape.rank > 0, features.dtype != .int32 else {
            throw .unsuitable(
                path: samples, problem: "expected samples of float32, float64 or uint8, found \(features.type)",
                remedy: "convert them (array.astype('float32'))")
        }
        let flat = features.shape.rank == 1 ? features.reshaped([features.shape[0], 1]) : features
        guard wanted.shape.rank > 0, wanted.shape[0] == flat.shape[0] else {
            throw .mismatch(
                path: targets, what: "the number of targets", expected: "\(flat.shape[0]), as there are samples",
                found: wanted.shape.rank == 0 ? "a single number" : "\(wanted.shape[0])")
        }
        let all: Targets
        switch task {
        case .classification:
            let isList = wanted.shape.rank == 1 || wanted.shape.extents.dropFirst().allSatisfy { $0 == 1 }
            guard wanted.dtype != .float32, isList else {
                throw .unsuitable(
                    path: targets, problem: "expected one integer a sample for classes, found \(wanted.type)",
                    remedy: "store integers, or choose regression (the loss 'mse')")
            }
            let labels = wanted.integers
            if let position = labels.firstIndex(where: { $0 < 0 }) {
                throw .unsuitable(
                    path: targets, problem: "expected classes, which are numbered from 0, found \(labels[position]) at position \(position)",
                    remedy: "number them from 0, or drop those samples")
            }
            let count = classes ?? Int(labels.max() ?? 0) + 1
            guard count <= 1 << 16 else {
                throw .unsuitable(path: targets, problem: "found the class \(count - 1)", remedy: "number the classes from 0")
            }
            if let position = labels.firstIndex(where: { $0 >= count }) {
                throw .badLabel(path: targets, position: position, label: Int(labels[position]), classes: count)
            }
            all = .classes(labels: HostArray([labels.count], labels), names: (0..<count).map(String.init))
        case .regression:
            let columns = wanted.shape.withoutFirst.elementCount
            guard wanted.shape.rank <= 2 else {
                throw .unsuitable(path: targets, problem: "expected one row of numbers a sample, found \(wanted.type)", remedy: "reshape it")
            }
            all = .values(
                HostArray([flat.shape[0], columns], wanted.floats), names: columns == 1 ? ["y"] : (0..<columns).map { "y\($0)" })
        }
        let name = samples.split(separator: "/").last.map(String.init) ?? samples
        return try DataSet(
            name: name, features: flat, featureDivisor: flat.dtype == .uint8 ? 255 : 1, targets: all, source: samples)
    }
}
