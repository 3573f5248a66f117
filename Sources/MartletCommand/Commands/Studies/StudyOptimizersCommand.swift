import ArgumentParser
import Martlet
import MartletStudies

struct StudyOptimizersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimizers", abstract: "The ways of optimizers down a bowl and Rosenbrock's valley, and how they learn your data.")

    @Option(help: ArgumentHelp("With commas: \(OptimizerRule.all.map(\.name).joined(separator: ", ")).", valueName: "names"))
    var optimizers = OptimizerStudy().rules.joined(separator: ",")
    @Option(help: "Epochs on the data.") var epochs = 10
    @OptionGroup var options: StudyOptions

    func run() throws {
        var study = OptimizerStudy()
        study.rules = optimizers.split(separator: ",").map(String.init)
        (study.epochs, study.activation, study.seed) = (epochs, options.activation, options.seed)
        try options.run { (train, test, device, observer) throws(TrainingError) in
            try study.run(train, test, on: device, observer)
        }
    }
}
