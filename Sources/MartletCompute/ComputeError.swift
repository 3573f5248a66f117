import MartletBackend
import MartletOps

/// What can go wrong with tensors. Every message says what was expected, what was found and what to do.
public enum ComputeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Operands that do not fit an operation, found when its method is called.
    case shape(ShapeError)
    /// The device failed, or cannot hold what is asked of it.
    case device(DeviceError)
    /// A tensor of a device that was closed.
    case closed(device: String)
    /// Tensors of two devices in one operation.
    case differentDevices(operation: String, first: String, second: String)
    /// Host memory or an index that does not fit a tensor.
    case data(operation: String, expected: String, found: String)
    /// The value of a tensor was asked for inside a function that is being traced, where it has none yet.
    case traced(operation: String)

    public var description: String {
        switch self {
        case .shape(let error): error.description
        case .device(let error): error.description
        case .closed(let device): "the device '\(device)' is closed; tensors live as long as their device is open"
        case .differentDevices(let operation, let first, let second):
            "\(operation): expected tensors of one device, found '\(first)' and '\(second)'; copy one of them with 'copy(to:)'"
        case .data(let operation, let expected, let found): "\(operation): expected \(expected), found \(found)"
        case .traced(let operation):
            "\(operation): this tensor has no value while its function is traced; read it outside of 'compile' and 'gradient'"
        }
    }
}

/// Runs a body whose errors are those of one room, as part of a computation.
func wrap<R>(_ body: () throws(ShapeError) -> R) throws(ComputeError) -> R {
    do { return try body() } catch { throw .shape(error) }
}
func wrap<R>(_ body: () throws(DeviceError) -> R) throws(ComputeError) -> R {
    do { return try body() } catch { throw .device(error) }
}
