import MartletCore
import MartletFormats
import MartletNN

/// The tensors of a file laid on a model by their names.
public struct WeightTransfer: Sendable {
    /// Of the model, with the name in the file where it is another.
    public let loaded: [(name: String, source: String)]
    /// Of the file, and why they are not used.
    public let skipped: [(name: String, reason: String)]
    /// Tensors of the model that begin as an untrained model's do.
    public let initialised: [String]
    /// Of the file that the tensors come from.
    public let path: String
    let weights: [(name: String, array: HostArray)]

    /// - Parameters:
    ///   - renamings: applied to the file's names; where several match, the first one counts.
    ///   - head: name of a layer that starts anew, whatever the file has for it.
    /// - Throws: `badOption` for a renaming that matches nothing and for two tensors of one name; `unsuitableData` where no
    ///   tensor finds its place, or one has another shape than the model's; `file` where one holds a number that is not finite.
    public init(
        _ file: WeightFile, to model: Model, renamings: [Renaming] = [], newHead head: String? = nil
    ) throws(TrainingError) {
        for renaming in renamings { try renaming.from.requireMatch("--rename", "tensor of '\(file.path)'", in: file.tensors.map(\.name)) }
        var loaded: [(name: String, source: String)] = []
        var skipped: [(name: String, reason: String)] = []
        var weights: [(name: String, array: HostArray)] = []
        var sources: [String: String] = [:]
        for (source, array) in file.tensors {
            let name = renamings.lazy.compactMap { $0.renamed(source) }.first ?? source
            if let other = sources.updateValue(source, forKey: name) {
                throw .badOption("'\(other)' and '\(source)' of '\(file.path)' would both be '\(name)'; give another --rename")
            }
            if let head, name.hasPrefix("\(head).") {
                skipped.append((source, "the head is new"))
                continue
            }
            guard let variable = model.variables.first(where: { $0.name == name }) else {
                skipped.append((source, "the model has no such tensor"))
                continue
            }
            guard array.type == TensorType(variable.fileShape) else {
                let origin = source == name ? "" : " ('\(source)' in the file)"
                throw .unsuitableData(
                    "the tensor '\(name)'\(origin) of '\(file.path)' is \(array.type), and the model's is \(variable.fileShape). --head N starts a new head of another size; --rename 'OLD=NEW' gives a tensor another name")
            }
            if let (index, value) = array.firstNonFinite {
                throw .file(.notFinite(path: file.path, tensor: source, index: index, value: value))
            }
            loaded.append((name, source))
            weights.append((name, array))
        }
        guard !loaded.isEmpty else {
            throw .unsuitableData(
                "no tensor of '\(file.path)' has a name of the model's. The file has \(file.tensors.map(\.name).joined(separator: ", ")); the model has \(model.variables.map(\.name).joined(separator: ", ")). Match them with --rename 'OLD.*=NEW.*'")
        }
        let names = Set(loaded.map(\.name))
        (self.loaded, self.skipped, self.weights) = (loaded, skipped, weights)
        initialised = model.variables.map(\.name).filter { !names.contains($0) }
        path = file.path
    }
}

extension CompiledModel {
    /// Takes the tensors over; the others stay.
    public func start(from transfer: WeightTransfer) throws(TrainingError) { try setWeights(transfer.weights) }
}
