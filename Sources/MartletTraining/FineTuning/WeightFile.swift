import MartletCore
import MartletFormats
import MartletNN

/// Tensors from which a model may start: those of a saved model, or of any other safetensors file, such as a state_dict that
/// PyTorch has written.
public struct WeightFile: Sendable {
    /// Of the file, or `zoo:NAME`.
    public let path: String
    /// Nil for a file that says nothing of its model.
    public let saved: ModelFile?
    /// In the order of the file; what a checkpoint keeps beside weights is left out.
    public let tensors: [(name: String, array: HostArray)]

    /// - Throws: where the file is not there, is no safetensors file, or is a damaged one.
    public static func read(_ path: String) throws(TrainingError) -> WeightFile {
        let contents = try wrap { () throws(FormatError) in try ModelFile.contents(path) }
        let saved = contents.metadata[ModelFile.modelField] == nil ? nil : try ModelFile.read(path)
        return WeightFile(path: path, saved: saved, tensors: contents.tensors.filter { !$0.name.hasPrefix("martlet.") })
    }
}
