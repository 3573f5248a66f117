import ArgumentParser
import Martlet

struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        """
        Where the data come from: digits (embedded), idx:DIR (MNIST's files, plain or gzip), csv:FILE, cifar10:DIR (binary \
        batches), images:DIR (PNG and JPEG images, a folder for each class), npy:DIR or npy:X.npy,y.npy. Default: digits.
        """,
        valueName: "source"))
    var data: String?

    @Option(help: ArgumentHelp("The column of a CSV file that is to be predicted.", valueName: "column"))
    var label: String?

    @Option(help: ArgumentHelp("Resize the images of images:DIR, such as 32x32.", valueName: "height x width"))
    var imageSize: String?

    @Option(help: ArgumentHelp(
        """
        What becomes of bytes: none, scale (divided by their maximum), channel (mean 0 and deviation 1 in each channel of the \
        training images). Default: channel for cifar10: and images:, else scale.
        """,
        valueName: "way"))
    var normalise: String?

    @Option(help: ArgumentHelp("Only the samples of these classes, numbered in this order, such as 5,6,7.", valueName: "name,name,…"))
    var keepClasses: String?

    @Option(help: ArgumentHelp("At most so many training samples of each class, drawn by seed.", valueName: "count"))
    var perClass: Int?

    /// The data with the classes, and as many samples of each, as were asked for here or of a run that goes on.
    func selected(_ splits: Splits, seed: UInt64, otherwise notes: [String: String] = [:]) throws(FormatError) -> Splits {
        let selected = try splits.selected(
            classes: chosenClasses(otherwise: notes["classes"]), perClass: perClass ?? notes["perClass"].flatMap { Int($0) }, seed: seed)
        try selected.checkClasses(source: data ?? notes["data"] ?? "digits")
        return selected
    }
    func chosenClasses(otherwise saved: String? = nil) -> [String]? {
        (keepClasses ?? saved).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    /// What was asked for, where it was not a checkpoint's.
    func normalisation(otherwise saved: String? = nil) throws -> Normalisation? {
        guard let text = normalise ?? saved else { return nil }
        guard let way = Normalisation(rawValue: text) else {
            throw TrainingError.badOption(unknownName("normalisation", text, known: Normalisation.allCases.map(\.rawValue)))
        }
        return way
    }

    func imageRequest(otherwise saved: String? = nil) throws -> ImageRequest {
        var request = ImageRequest()
        guard let text = imageSize ?? saved else { return request }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 2, let height = sides[0], let width = sides[1], 1...4096 ~= height, 1...4096 ~= width else {
            throw TrainingError.badOption("--image-size takes HEIGHTxWIDTH from 1 to 4096, such as 32x32, not '\(text)'")
        }
        request.size = (height, width)
        return request
    }
}

struct ResidencyOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        """
        Whether the samples stay on the device: yes, no (each batch goes there while the one before is computed), auto (where \
        they fit). Bits do not depend on it. Default: auto.
        """,
        valueName: "auto|yes|no"))
    var resident: String?

    func residency() throws -> Residency {
        guard let resident else { return .automatic }
        guard let residency = Residency(rawValue: resident) else {
            throw TrainingError.badOption("--resident takes auto, yes or no, not '\(resident)'")
        }
        return residency
    }
}
