import ArgumentParser
import Martlet
import MartletStudies

struct StudyRegularisationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regularisation", abstract: "Weight decay and dropout on a small training set, and accuracy when units are removed.")

    @Option(help: "Training samples.") var samples = 200
    @Option(help: ArgumentHelp("Shares that weights lose in a step, with commas.", valueName: "list")) var decays = "0,1e-4,3e-4,1e-3,3e-3,1e-2"
    @Option(help: ArgumentHelp("From 0 to below 1, with commas.", valueName: "list")) var dropouts = "0,0.25,0.5,0.75"
    @Option(help: "Epochs under each.") var epochs = 60
    @OptionGroup var options: StudyOptions

    func run() throws {
        try reporting {
            var study = RegularisationStudy()
            study.decays = try values(decays, "--decays") { Double($0).flatMap { $0 >= 0 && $0 < 1 ? $0 : nil } }
            study.dropouts = try values(dropouts, "--dropouts") { Float($0).flatMap { $0 >= 0 && $0 < 1 ? $0 : nil } }
            (study.samples, study.epochs, study.activation, study.seed) = (samples, epochs, options.activation, options.seed)
            try options.run { (train, test, device, observer) throws(TrainingError) in
                try study.run(train, test, on: device, observer)
            }
        }
    }
}
