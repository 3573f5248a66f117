import MartletCore
import MartletData
import MartletFormats
import MartletNN

/// What a model must know of its data to be applied to new ones.
public struct DataDescription: Hashable, Sendable, Codable {
    /// What features are divided by on their way into the network.
    public var featureDivisor: Float
    /// By what the channels of images are normalised.
    public var channels: ChannelStatistics?
    /// Of one image, channels x height x width; nil for other samples.
    public var imageShape: [Int]?
    /// Nil for numbers.
    public var classNames: [String]?
    /// The columns of a table, in order.
    public var featureNames: [String]?
    /// How the columns of a table were scaled; nil where they are used as they are.
    public var standardisation: Standardisation?
    /// The column that is predicted, and the seed by which the table was divided; nil for data with parts of their own.
    public var label: String?
    /// The seed by which a source was divided that has no parts of its own.
    public var splitSeed: UInt64?

    /// Of a data set in two parts, with the scaling of its features.
    public init(_ splits: Splits) {
        self.init(splits.train, standardisation: splits.standardisation)
    }
    /// Of a data set, or of any source of samples.
    public init(_ data: any SampleSource, standardisation: Standardisation? = nil) {
        let format = data.format
        featureDivisor = format.featureDivisor
        channels = format.channels
        imageShape = format.isImages ? format.sample.shape.extents : nil
        if case .classes(let names) = format.targets { classNames = names }
        featureNames = format.featureNames
        self.standardisation = standardisation
    }

    /// What contradicts itself in a description that comes from a file; nil where nothing does.
    var contradiction: String? {
        if !(featureDivisor.isFinite && featureDivisor > 0) { return "features divided by \(featureDivisor)" }
        if let imageShape, imageShape.count != 3 || Shape(imageShape).checkedElementCount ?? 0 < 1 { return "images of \(imageShape)" }
        if let channels, channels.means.count != imageShape?[0] { return "\(channels.means.count) channels, and images of another number" }
        if let classNames, Set(classNames).count != classNames.count { return "two classes of one name" }
        if let featureNames, let standardisation, featureNames.count != standardisation.means.count {
            return "\(featureNames.count) columns, and means of \(standardisation.means.count)"
        }
        return nil
    }
}

/// A saved model: a safetensors file with PyTorch's names and layouts (`0.weight` as out x in, `running_mean`), and in its
/// metadata the model's description, its loss and what it knows of its data.
public struct ModelFile: Sendable {
    /// Layers and how they are joined.
    public let model: Model
    /// By which it was taught.
    public let loss: Loss
    /// What it knows of its data; nil where that was not saved.
    public let data: DataDescription?
    /// Parameters and running statistics under the model's names, in the layout of files.
    public let weights: [(name: String, array: HostArray)]
    /// As `CompiledModel.weightsSHA256()`.
    public var weightsSHA256: String { weightsHash(weights) }
    let contents: SafeTensors
    let path: String

    static let modelField = "martlet.model"
    static let lossField = "martlet.loss"
    static let dataField = "martlet.data"
    static let numericsField = "martlet.numerics"
    /// Of the tensors; a file without it is taken as it is.
    static let checksumField = "martlet.sha256"

    /// - Parameter registry: the layers and losses of the program's own that the file may name.
    /// - Throws: where the file is not there, is no safetensors file, was not written by Martlet, or has weights that are not
    ///   finite.
    public static func read(_ path: String, registry: Registry = .standard) throws(TrainingError) -> ModelFile {
        try wrap { () throws(FormatError) in try ModelFile(path, registry) }
    }

    private init(_ path: String, _ registry: Registry) throws(FormatError) {
        let contents = try Self.contents(path)
        guard let text = contents.metadata[Self.modelField] else {
            if contents.metadata[Ensemble.membersField] != nil {
                throw .unsupported(
                    path: path, what: "an ensemble where one model is needed",
                    remedy: "give a model; evaluate and predict take ensembles, and 'martlet ensemble join' their files")
            }
            throw .unsupported(
                path: path, what: "a safetensors file without the field '\(Self.modelField)'",
                remedy: "give a file that was written by 'martlet train --save' or '--checkpoint'")
        }
        try contents.verify(path)
        let model = try JSONText.decode(Model.self, text, field: Self.modelField, path: path, registry: registry)
        try self.init(contents, model, path, registry: registry)
    }

    /// - Parameter prefix: of the names of the model's tensors.
    init(
        _ contents: SafeTensors, _ model: Model, _ path: String, prefix: String = "", registry: Registry = .standard
    ) throws(FormatError) {
        self.model = model
        loss = try Loss(text: contents.metadata[Self.lossField] ?? "", field: Self.lossField, path: path, registry: registry)
        data = if let text = contents.metadata[Self.dataField] {
            try JSONText.decode(DataDescription.self, text, field: Self.dataField, path: path)
        } else {
            nil
        }
        if let contradiction = data?.contradiction {
            throw .damaged(path: path, reason: "its field '\(Self.dataField)' says \(contradiction)")
        }
        var weights: [(name: String, array: HostArray)] = []
        for variable in model.variables {
            let name = prefix + variable.name
            let array = try contents.required(name, path: path)
            guard array.type == TensorType(variable.fileShape) else {
                throw .badTensor(
                    path: path, name: name, problem: "expected \(variable.fileShape), found \(array.type)")
            }
            if let (index, value) = array.firstNonFinite {
                throw .notFinite(path: path, tensor: name, index: index, value: value)
            }
            weights.append((variable.name, array))
        }
        self.weights = weights
        self.contents = contents
        self.path = path
    }

    /// The tensors and texts of a file, or of a model that comes with Martlet (`zoo:NAME`).
    static func contents(_ path: String) throws(FormatError) -> SafeTensors {
        if let ours = try ZooModel.contents(path) { ours } else { try SafeTensors.read(path) }
    }

    /// What a model file holds: tensors, the model's weights among them, and in the metadata what they are.
    static func contents(
        _ tensors: [(name: String, array: HostArray)], _ model: Model, _ loss: Loss, _ data: DataDescription?
    ) -> SafeTensors {
        contents(tensors, [modelField: JSONText.encode(model)], loss, data)
    }

    /// - Parameter kind: fields that say what the tensors are of.
    static func contents(
        _ tensors: [(name: String, array: HostArray)], _ kind: [String: String], _ loss: Loss, _ data: DataDescription?
    ) -> SafeTensors {
        var contents = SafeTensors(tensors, metadata: ["format": "pt", lossField: loss.text, numericsField: "1"])
        contents.metadata.merge(kind) { $1 }
        if let data { contents.metadata[dataField] = JSONText.encode(data) }
        contents.metadata[checksumField] = contents.sha256
        return contents
    }
}

extension CompiledModel {
    /// What `save` writes.
    public func file(data: DataDescription? = nil) throws(TrainingError) -> ModelFile {
        let contents = ModelFile.contents(try weights(), model, loss, data)
        return try wrap { () throws(FormatError) in try ModelFile(contents, model, "a trained model") }
    }

    /// Saves weights and description; a file that stood there is replaced only by a whole one.
    /// - Throws: `file` where it cannot be written; `notFiniteResult` where a weight is not finite, for nobody could use the file.
    public func save(to path: String, data: DataDescription? = nil) throws(TrainingError) {
        let weights = try weights()
        if let (name, _) = weights.first(where: { $0.array.firstNonFinite != nil }) { throw .notFiniteResult("the weight '\(name)'") }
        let contents = ModelFile.contents(weights, model, loss, data)
        try wrap { () throws(FormatError) in try contents.write(to: path) }
    }
}

extension FormatError {
    /// Of weights that a run has left when it diverged.
    static func notFinite(path: String, tensor: String, index: Int, value: Float) -> FormatError {
        .unsuitable(
            path: path, problem: "tensor '\(tensor)': expected finite numbers, found \(value) at element \(index)",
            remedy: "the run that wrote it has diverged; train again with a lower learning rate")
    }
}

extension SafeTensors {
    /// - Throws: `damaged` where the tensors are not those that the file was written with.
    func verify(_ path: String) throws(FormatError) {
        if let checksum = metadata[ModelFile.checksumField], checksum != sha256 {
            throw .damaged(path: path, reason: "its tensors do not have the SHA-256 that they were written with")
        }
    }

    /// Of every tensor in order: its name, a zero byte, its type, a zero byte, and its elements with +0 for -0, as files
    /// have them.
    fileprivate var sha256: String {
        var hash = SHA256()
        for (name, array) in tensors {
            hash.update("\(name)\0\(array.type)\0")
            if array.dtype == .float32 {
                array.floats.map { $0 == 0 ? 0 : $0 }.withUnsafeBytes { hash.update($0) }
            } else {
                array.withUnsafeBytes { hash.update($0) }
            }
        }
        return SHA256.hex(hash.finalize())
    }
}
