import ArgumentParser
import Martlet
import MartletStudies

struct StudyInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "First weights: what the layers of a deep network give under each, and how it learns.",
        discussion: "Weights: \(InitialisationStudy.Scheme.all.map { "\($0.name) (\($0.meaning))" }.joined(separator: "; ")); each with and without batchNorm.")

    @Option(help: "Hidden layers.") var layers = 10
    @Option(help: "Units of each.") var width = 500
    @Option(help: "Epochs of training under each.") var epochs = 3
    @Option(help: "Of momentum.") var learningRate = 0.01
    @Option(help: ArgumentHelp("Only these weights, with commas.", valueName: "names")) var weights: String?
    @OptionGroup var options: StudyOptions

    func run() throws {
        var study = InitialisationStudy()
        (study.layers, study.width, study.epochs, study.activation, study.seed) = (layers, width, epochs, options.activation, options.seed)
        study.optimizer = .momentum(learningRate: learningRate)
        try options.run { (train, test, device, observer) throws(TrainingError) in
            var study = study
            if let weights {
                study.schemes = []
                for name in weights.split(separator: ",").map(String.init) {
                    guard let scheme = InitialisationStudy.Scheme.all.first(where: { $0.name == name }) else {
                        throw .badOption(unknownName("weights", name, known: InitialisationStudy.Scheme.all.map(\.name)))
                    }
                    study.schemes.append(scheme)
                }
            }
            return try study.run(train, test, on: device, observer)
        }
    }
}
