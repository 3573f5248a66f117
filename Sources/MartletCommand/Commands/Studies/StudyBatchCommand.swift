import ArgumentParser
import Martlet
import MartletStudies

struct StudyBatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Gradient noise, speed and memory against the batch size.")

    @Option(help: ArgumentHelp("With commas; those above half of the training samples are left out.", valueName: "list"))
    var sizes = "4,8,16,32,64,128,256,512"
    @Option(help: "Epochs with each.") var epochs = 5
    @OptionGroup var options: StudyOptions

    func run() throws {
        try reporting {
            var study = BatchStudy()
            study.sizes = try values(sizes, "--sizes") { Int($0).flatMap { $0 > 0 ? $0 : nil } }
            (study.epochs, study.activation, study.seed) = (epochs, options.activation, options.seed)
            try options.run { (train, test, device, observer) throws(TrainingError) in
                try study.run(train, test, on: device, observer)
            }
        }
    }
}
