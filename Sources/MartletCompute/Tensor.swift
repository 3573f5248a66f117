import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

/// An array of numbers on a device, which never changes.
///
/// Operations are recorded and not run: shapes are checked at once, values are computed when they are read, when
/// `evaluate()` is called, or when too many operations wait. What is computed together is fused, and runs through a plan
/// that is kept, so that an equal computation on other tensors is planned no more. How operations are grouped changes no
/// bit of any result.
///
/// A tensor may be shared between threads and read and computed with from any of them. Its memory goes back to the device
/// when the last reference to it goes, in whatever order.
public final class Tensor: Sendable {
    let value: DeferredValue

    init(_ value: DeferredValue) {
        self.value = value
        value.isHeld.store(true, ordering: .releasing)
    }

    deinit { value.isHeld.store(false, ordering: .releasing) }

    /// Where it lies.
    public var device: ComputeDevice { value.device }
    /// Outermost axis first; a scalar has no axes.
    public var shape: Shape { value.type.shape }
    /// The type of its elements.
    public var dtype: DType { value.type.dtype }
    /// Shape and element type.
    public var type: TensorType { value.type }
    /// The number of axes.
    public var rank: Int { shape.rank }
    /// The product of the extents: 1 for a scalar.
    public var elementCount: Int { value.type.elementCount }

    /// Enqueues what is needed for the value, and does not wait for it.
    /// - Throws: `ComputeError.device`, `closed`, `traced`.
    @discardableResult
    public func evaluate() throws(ComputeError) -> Tensor {
        try device.evaluate([value], operation: "evaluate")
        return self
    }
}

extension ComputeDevice {
    /// Enqueues what is needed for several tensors of this device as one plan.
    /// - Throws: as `Tensor.evaluate()`; `differentDevices`.
    public func evaluate(_ tensors: [Tensor]) throws(ComputeError) {
        for tensor in tensors where tensor.device !== self {
            throw .differentDevices(operation: "evaluate", first: name, second: tensor.device.name)
        }
        try evaluate(tensors.map(\.value), operation: "evaluate")
    }
}

extension Tensor: CustomStringConvertible {
    /// `Tensor 64x10 on CPU (AVX-512, 2 threads)`; nothing is computed for it.
    public var description: String { "Tensor \(type) on \(device.name)" }
}
