import Martlet
import Synchronization

/// A model on a device, with what it knows of its data and of its training.
///
/// It is `@unchecked Sendable` because the model is touched with the lock held.
final class ModelHandle: @unchecked Sendable {
    private let device: ComputeDevice
    private let compiled: CompiledModel
    private let lock = Mutex(())
    let data: DataDescription?
    let epochs: [History.Epoch]

    init(_ compiled: CompiledModel, on device: ComputeDevice, data: DataDescription?, epochs: [History.Epoch] = []) {
        self.compiled = compiled
        self.device = device
        self.data = data
        self.epochs = epochs
    }

    /// Calls take turns.
    /// - Throws: also `closed`.
    func use<R: Sendable>(_ body: (CompiledModel) throws -> R) throws -> R {
        if device.isClosed { throw ComputeError.closed(device: device.name) }
        return try lock.withLock { _ in try body(compiled) }
    }

    /// Features of the caller as the model was trained on them.
    func prepared(_ features: HostArray) throws -> HostArray {
        guard features.shape.rank > 0 else {
            throw CallError.data("features: expected one row a sample, found a number without axes")
        }
        guard let standardisation = data?.standardisation else { return features }
        let (found, known) = (features.shape.withoutFirst.elementCount, standardisation.means.count)
        guard found == known else {
            throw CallError.data("features: expected samples of \(known) columns, found \(features.shape.withoutFirst)")
        }
        return standardisation.applied(to: features)
    }
}
