import CMartlet
import Martlet

/// The status of an error is the exit code that the command would end with.
func status(of error: any Error) -> martlet_status {
    let code: Int32 =
        switch error {
        case CallError.usage: 64
        case CallError.data: 65
        case let error as ComputeError: error.exitCode
        case let error as TrainingError: error.exitCode
        case let error as FormatError: error.exitCode
        case let error as DeviceError: error.exitCode
        default: 64
        }
    return martlet_status(rawValue: UInt32(code))
}

func message(of error: any Error) -> String {
    switch error {
    case CallError.usage(let text), CallError.data(let text): text
    // The command's words name its options.
    case TrainingError.interrupted(let epoch, let step, _):
        "the progress callback stopped training in epoch \(epoch) after step \(step); the model is as it was then"
    default: "\(error)"
    }
}
