import ArgumentParser
import Martlet
import MartletOpenCL

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Explains what is wrong with OpenCL on this machine and how to mend it.",
        discussion: "Exit code 1 where there is a problem.")

    @OptionGroup var output: OutputOptions

    func run() throws {
        try reporting {
            let report = Doctor.examine()
            if output.json {
                Terminal.result("\(try JSONValue(encoding: report))")
            } else {
                for finding in report.findings {
                    let mark = switch finding.level {
                    case .ok: Terminal.green("ok      ")
                    case .warning: "warning "
                    case .problem: Terminal.red("problem ")
                    }
                    Terminal.result("\(mark) \(finding.text)" + (finding.remedy.map { "\n         \($0)" } ?? ""))
                }
            }
            if report.level == .problem { throw ExitCode(1) }
        }
    }
}
