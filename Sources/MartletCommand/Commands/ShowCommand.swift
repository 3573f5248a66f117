import ArgumentParser
import Martlet

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Writes images of a data set, as training sees them, on one PNG.",
        discussion: """
            The images are spread over the training part, changed by --augment as in a first step with the same seed, and \
            not normalised; the square of a cutout is black. Small ones are enlarged.
            """)

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("How the images are changed, as for train.", valueName: "changes")) var augment: String?

    @Option(help: ArgumentHelp("How many images, at most 4096. Default: 64.", valueName: "images")) var count = 64

    @Option(help: "Of the changes, and of the parts of data that have none. Default: 0.", transform: Seed.parse) var seed: UInt64 = 0

    @Option(name: .customLong("output"), help: ArgumentHelp("Where to write the PNG. Default: sheet.png.", valueName: "file"))
    var outputPath = "sheet.png"

    @OptionGroup var device: DeviceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try reporting {
            guard 1...4096 ~= count else { throw TrainingError.badOption("--count takes 1 to 4096 images, not \(count)") }
            let augmentation = if let augment { try Augmentation(parsing: augment) } else { Augmentation.none }
            try File.checkWritable(outputPath)
            let source = try DataSource.parse(data.data ?? "digits")
            let splits = try source.load(
                label: data.label, seed: seed, request: try data.imageRequest(), normalisation: try data.normalisation())
            let device = try device.open(quiet: output.quiet)
            let images = try splits.train.preview(count: count, augmentation: augmentation, seed: seed, on: device)
            let names = splits.classNames
            let sheet = ContactSheet(images.map { ($0.image, $0.label.map { names[Int($0)] } ?? "") })
            try File.write(PNG.encode(sheet.image), to: outputPath)
            report(splits.train, images, sheet)
        }
    }

    private func report(_ data: DataSet, _ images: [(image: ByteImage, label: Int32?)], _ sheet: ContactSheet) {
        if output.json {
            var members: [JSONValue.Member] = [
                .init("output", .string(outputPath)), .init("images", .integer(images.count)),
                .init("imageShape", .array(data.featureShape.extents.map(JSONValue.integer))),
                .init("columns", .integer(sheet.columns)), .init("rows", .integer(sheet.rows)), .init("zoom", .integer(sheet.zoom)),
                .init("classes", .array(data.classNames.map(JSONValue.string))),
                .init("labels", .array(images.compactMap { $0.label.map { .integer(Int($0)) } })),
            ]
            if let channels = data.channels {
                members.append(.init("means", .array(channels.means.map { .finite($0) })))
                members.append(.init("deviations", .array(channels.deviations.map { .finite($0) })))
            }
            Terminal.result(members)
        } else if !output.quiet {
            Terminal.note("\(images.count) images of \(data.featureShape) in \(outputPath), \(sheet.columns) in a row, \(sheet.zoom) times as large")
        }
    }
}
