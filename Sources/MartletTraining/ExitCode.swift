import MartletBackend
import MartletCompute
import MartletFormats

// The exit status of the command, and the status of calls from C: 1 a value that is not finite, 64 usage, 65 bad data, 69
// no device, 73 cannot write, 130 interrupted. `FormatError` has its own.

extension DeviceError {
    public var exitCode: Int32 {
        switch self {
        case .badSelection: 64
        case .unavailable, .outOfMemory, .call, .build: 69
        }
    }
}

extension ComputeError {
    public var exitCode: Int32 {
        switch self {
        case .shape, .differentDevices, .data, .traced: 64
        case .device(let error): error.exitCode
        case .closed: 69
        }
    }
}

extension TrainingError {
    public var exitCode: Int32 {
        switch self {
        case .shape, .badOption: 64
        case .device(let error): error.exitCode
        case .file(let error): error.exitCode
        case .unsuitableData: 65
        case .notFinite, .diverged, .notFiniteResult, .caller: 1
        case .interrupted: 130
        }
    }
}
