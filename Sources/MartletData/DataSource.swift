import MartletCore
import MartletFormats

/// Where data come from, as a user writes it: `digits`, or a kind and a path.
public enum DataSource: Hashable, Sendable, CustomStringConvertible {
    /// The embedded handwritten digits (UCI optical digits): 8 x 8 bytes from 0 to 16, 10 classes.
    case digits
    /// MNIST's four files, plain or gzip.
    case idx(directory: String)
    /// A table with a header, which is divided into training and test part by seed.
    case csv(file: String)
    /// CIFAR-10's binary batches: `data_batch_*.bin` and `test_batch.bin`.
    case cifar10(directory: String)
    /// PNG and JPEG images, a folder for each class, below `train` and `test` or divided by seed.
    case images(directory: String)
    /// A folder, or two files with a comma between.
    case npy(path: String)

    /// - Throws: `badRequest` for any other text, with what was probably meant.
    public static func parse(_ text: String) throws(FormatError) -> DataSource {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("digits", nil): return .digits
        case ("digits", _?):
            throw .badRequest("the data source 'digits' is part of the program and takes no path, found '\(text)'")
        case ("idx", let path?) where !path.isEmpty: return .idx(directory: path)
        case ("csv", let path?) where !path.isEmpty: return .csv(file: path)
        case ("cifar10", let path?) where !path.isEmpty: return .cifar10(directory: path)
        case ("images", let path?) where !path.isEmpty: return .images(directory: path)
        case ("npy", let path?) where !path.isEmpty: return .npy(path: path)
        case ("idx", _), ("csv", _), ("cifar10", _), ("images", _), ("npy", _):
            throw .badRequest("the data source '\(text)' names no path; write one of \(grammar)")
        case (let scheme, let path):
            if path == nil, let guess = guess(text) {
                throw .badRequest("unknown data source '\(text)'; did you mean '\(guess)'? Write one of \(grammar)")
            }
            throw .badRequest(
                "\(unknownName("data source", scheme, known: ["digits", "idx", "csv", "cifar10", "images", "npy"])); write one of \(grammar)")
        }
    }

    /// A path without its scheme.
    private static func guess(_ path: String) -> DataSource? {
        if path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") { return .csv(file: path) }
        if path.hasSuffix(".npy") { return .npy(path: path) }
        return path.contains("/") ? .idx(directory: path) : nil
    }

    private static let grammar = "digits, idx:DIRECTORY, csv:FILE, cifar10:DIRECTORY, images:DIRECTORY, npy:DIRECTORY or npy:FILE,FILE"

    public var description: String {
        switch self {
        case .digits: "digits"
        case .idx(let directory): "idx:\(directory)"
        case .csv(let file): "csv:\(file)"
        case .cifar10(let directory): "cifar10:\(directory)"
        case .images(let directory): "images:\(directory)"
        case .npy(let path): "npy:\(path)"
        }
    }
}

extension DataSource {
    /// Reads the data in their two parts.
    ///
    /// - Parameters:
    ///   - label: the column to be predicted, which a table needs and nothing else has.
    ///   - seed: decides the parts of a source that has none of its own.
    ///   - request: what images from files must become.
    ///   - normalisation: of bytes; nil for the usual: `channel` for CIFAR and folders of images, `scale` elsewhere.
    /// - Throws: `badRequest` where an argument does not fit the source, and what the loaders of `DataSet` throw.
    public func load(
        label: String? = nil, task: LearningTask = .classification, seed: UInt64 = 0,
        request: ImageRequest = ImageRequest(), normalisation: Normalisation? = nil
    ) throws(FormatError) -> Splits {
        if request.size != nil, !isFolderOfImages {
            throw .badRequest("the data source '\(self)' has images of its own size or none; leave the image size out, or use images:DIRECTORY")
        }
        if let normalisation, case .csv = self {
            throw .badRequest("the features of a table are standardised by column; leave the normalisation '\(normalisation.rawValue)' out")
        }
        let parts = try loadParts(label, task, seed, request)
        return try parts.normalised(normalisation ?? usualNormalisation)
    }

    /// Whether a label column must be named, and features are standardised by column.
    public var isTable: Bool { if case .csv = self { true } else { false } }
    /// Whether the source may have no parts of its own, so that the seed decides them.
    public var isDivided: Bool {
        switch self {
        case .csv, .images, .npy: true
        case .digits, .idx, .cifar10: false
        }
    }
    private var isFolderOfImages: Bool { if case .images = self { true } else { false } }

    private var usualNormalisation: Normalisation {
        switch self {
        case .cifar10, .images: .channel
        case .digits, .idx, .csv, .npy: .scale
        }
    }

    private func loadParts(
        _ label: String?, _ task: LearningTask, _ seed: UInt64, _ request: ImageRequest
    ) throws(FormatError) -> Splits {
        switch self {
        case .csv(let file):
            guard let label else {
                throw .badRequest(
                    "the data source '\(self)' needs the name of the column to be predicted; give the label")
            }
            return try DataSet.loadCSV(file, label: label, task: task, seed: seed)
        case .digits:
            try checkFixed(label, task)
            let (train, test) = DataSet.digits()
            return Splits(train: train, test: test)
        case .idx(let directory):
            try checkFixed(label, task)
            let (train, test) = try DataSet.loadIDX(directory)
            return Splits(train: train, test: test)
        case .cifar10(let directory):
            try checkFixed(label, task)
            let (train, test) = try DataSet.loadCIFAR10(directory)
            return Splits(train: train, test: test)
        case .images(let directory):
            try checkFixed(label, task)
            let (train, test) = try DataSet.loadImages(directory, request: request, seed: seed)
            return Splits(train: train, test: test)
        case .npy(let path):
            try checkFixed(label, .classification)
            let (train, test) = try DataSet.loadNPY(path, task: task, seed: seed)
            return Splits(train: train, test: test)
        }
    }

    /// Refuses what a source that has its own classes would otherwise ignore.
    private func checkFixed(_ label: String?, _ task: LearningTask) throws(FormatError) {
        if let label {
            throw .badRequest(
                "the data source '\(self)' has its own labels, found the label '\(label)'; leave it out, or use csv:FILE"
            )
        }
        guard task == .classification else {
            throw .badRequest(
                "the data source '\(self)' has classes and no numbers to be predicted; use csv:FILE or npy:… for \(task.rawValue)"
            )
        }
    }
}
