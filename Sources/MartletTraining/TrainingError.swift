import MartletBackend
import MartletCore
import MartletFormats
import MartletOps

/// What can go wrong when a model is compiled, trained, saved or used.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
    /// Layers, loss or data of shapes that do not go together.
    case shape(ShapeError)
    /// Trouble with the device.
    case device(DeviceError)
    /// Trouble with a file.
    case file(FormatError)
    /// An option that means nothing, or does not go with the others.
    case badOption(String)
    /// Data that do not fit the model.
    case unsuitableData(String)
    /// Training met a value that is not finite. Epoch counts from 1, step is the iteration within the run, from 1.
    case notFinite(epoch: Int, step: Int, value: String, learningRate: Double)
    /// The update of a step has left a weight that is not finite, or weights with which the loss on other data is not. They are
    /// the model's; no checkpoint was written of them.
    case diverged(epoch: Int, step: Int, value: String, learningRate: Double)
    /// A model was applied to samples, and what it gave is not finite.
    case notFiniteResult(String)
    /// Stopped from outside. What was done is in the checkpoint, where one was asked for.
    case interrupted(epoch: Int, step: Int, checkpoint: String?)
    /// An error of the program's own, thrown by a part that it added: a callback or a source of samples.
    case caller(part: String, any Error)

    public var description: String {
        switch self {
        case .shape(let error): error.description
        case .device(let error): error.description
        case .file(let error): error.description
        case .badOption(let text), .unsuitableData(let text): text
        case .notFinite(let epoch, let step, let value, let rate):
            "training stopped in epoch \(epoch), step \(step): the first value that is not finite is \(value). The weights are those before that step. Try a learning rate below \(rate), and look at the data for huge or missing values"
        case .diverged(let epoch, let step, let value, let rate):
            "training stopped in epoch \(epoch) after step \(step): \(value) is not finite any more. No file was written with these weights. Try a learning rate below \(rate), and look at the data for huge values"
        case .notFiniteResult(let what):
            "\(what) is not finite: the model has diverged, or the data have huge values; train again with a lower learning rate, and look at the data"
        case .interrupted(let epoch, let step, let checkpoint):
            "interrupted in epoch \(epoch) after step \(step)"
                + (checkpoint.map { "; go on with --resume '\($0)'" } ?? "; nothing was saved (--checkpoint FILE does)")
        case .caller(let part, let error): "\(part) failed: \(error)"
        }
    }
}

/// Runs a body whose errors are those of one room, as part of training.
func wrap<R>(_ body: () throws(ShapeError) -> R) throws(TrainingError) -> R {
    do { return try body() } catch { throw .shape(error) }
}
func wrap<R>(_ body: () throws(DeviceError) -> R) throws(TrainingError) -> R {
    do { return try body() } catch { throw .device(error) }
}
func wrap<R>(_ body: () throws(FormatError) -> R) throws(TrainingError) -> R {
    do { return try body() } catch { throw .file(error) }
}
