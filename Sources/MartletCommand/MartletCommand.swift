import ArgumentParser

@main
struct MartletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Trains neural networks on any OpenCL device or on the CPU, with the same bits on both.",
        discussion: """
            Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 a check failed, 64 usage, 65 bad data, \
            69 no device, 73 cannot write, 130 interrupted.
            """,
        version: "0.1.0 (numerics 1)",
        subcommands: [
            TrainCommand.self, SearchCommand.self, EnsembleCommand.self, EvaluateCommand.self, PredictCommand.self, ShowCommand.self,
            CompareCommand.self, DiagnoseCommand.self, StudyCommand.self, SummaryCommand.self, PlanCommand.self, ProfileCommand.self,
            CheckCommand.self, GradcheckCommand.self, RateFinderCommand.self, BenchCommand.self, TuneCommand.self,
            DevicesCommand.self, DoctorCommand.self, OperationsCommand.self, ZooCommand.self, FirstStepCommand.self,
            TuneCandidateCommand.self,
        ])

    static func main() { main(joiningNegativeNumbers(CommandLine.arguments.dropFirst())) }
}
