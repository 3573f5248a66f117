import MartletBackend
import MartletCompute
import MartletFormats

// The exit status of the command, and the status of calls from C: 1 a value that is not finite, 64 usage, 65 bad data, 69
// no device, 73 cannot write, 130 interrupted. `FormatError` has its own.

extension DeviceError {
    /// 64 where the selection means nothing, 69 for trouble with a device.
    public var exitCode: Int32 {
        switch self {
        case .badSelection: 64
        case .unavailable, .outOfMemory, .call, .build: 69
        }
    }
}

extension ComputeError {
    /// 64 where a call was wrong, else that of the device's error; 69 for a device that is closed.
    public var exitCode: Int32 {
        switch self {
        case .shape, .differentDevices, .data, .traced: 64
        case .device(let error): error.exitCode
        case .closed: 69
        }
    }
}

extension TrainingError {
    /// 1 for a value that is not finite and an error of the program's own, 64 usage, 65 bad data, 130 interrupted, else
    /// that of the error that it wraps.
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
