import ArgumentParser
import Martlet

/// Runs a command's work; whatever it throws becomes one message on stderr and the exit code that belongs to it.
func reporting(_ body: () throws -> Void) throws {
    do {
        try body()
        try Terminal.checkResults()
    } catch let code as ExitCode {
        throw code
    } catch let error as TrainingError {
        try fail("\(error)", error.exitCode)
    } catch let error as FormatError {
        try fail("\(error)", error.exitCode)
    } catch let error as DeviceError {
        try fail("\(error)", error.exitCode)
    } catch let error as ShapeError {
        try fail("\(error)", 64)
    }
}

private func fail(_ message: String, _ code: Int32) throws {
    if Terminal.isInteractive { Terminal.clearStatus() }
    Terminal.note("error: \(message)")
    throw ExitCode(code)
}
