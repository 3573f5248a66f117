import ArgumentParser
import Martlet

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Applies a saved model or ensemble to data, as CSV or JSON.",
        discussion: """
            One row a sample: its number from 0, then for classes the most probable one and its probability, for numbers \
            the values. A csv:FILE needs the columns that the model was trained on; a label is not needed. Of other \
            sources the test part is used.
            """)

    @Argument(help: "A file written by train --save or --checkpoint, or by ensemble --save.") var file: String
    @OptionGroup var data: DataOptions
    @OptionGroup var residency: ResidencyOptions
    @Option(name: .customLong("output"), help: ArgumentHelp("Where to write the CSV, or with the ending .npy the model's outputs as a NumPy array. Default: stdout.", valueName: "file"))
    var outputPath: String?
    @OptionGroup var device: DeviceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try reporting {
            let ensemble = try Ensemble.read(file)
            let saved = ensemble.members[0]
            if let outputPath { try File.checkWritable(outputPath) }
            let (features, divisor, channels) = try features(saved)
            let outputs = try ensemble.predict(
                features, divisor: divisor, channels: channels, on: try device.open(quiet: output.quiet),
                residency: try residency.residency())
            if let (index, _) = outputs.firstNonFinite {
                throw TrainingError.notFiniteResult("an output for sample \(index / outputs.shape.last)")
            }
            let predictions = Predictions(outputs: outputs, classNames: saved.data?.classNames, loss: saved.loss)
            if let outputPath {
                if outputPath.hasSuffix(".npy") {
                    try File.write(NPY.encode(outputs), to: outputPath)
                } else {
                    try predictions.csv.write(to: outputPath)
                }
                if !output.quiet { Terminal.note("\(features.shape[0]) predictions in \(outputPath)") }
            }
            if output.json {
                for row in predictions.json { Terminal.result("\(row)") }
            } else if outputPath == nil {
                Terminal.result(predictions.csv.text)
            }
        }
    }

    private func features(_ saved: ModelFile) throws -> (HostArray, divisor: Float, channels: ChannelStatistics?) {
        let source = try DataSource.parse(data.data ?? "digits")
        if case .csv(let path) = source {
            guard let description = saved.data else {
                throw TrainingError.unsuitableData("the model does not say what table it was trained on")
            }
            return (try description.features(csv: path), 1, nil)
        }
        try data.checkSavedData()
        let test = if let description = saved.data {
            try description.dataSet(source, task: saved.loss.task) { $0.test }
        } else {
            try source.load(task: saved.loss.task).test
        }
        let chosen = try data.chosen(test)
        return (chosen.features, chosen.featureDivisor, chosen.channels)
    }
}

/// A model's outputs as a person or a program wants them.
struct Predictions {
    let outputs: HostArray
    let classNames: [String]?
    let loss: Loss

    private var rows: [[Float]] {
        let (values, width) = (outputs.floats, outputs.shape.last)
        return (0..<outputs.shape[0]).map { Array(values[$0 * width ..< ($0 + 1) * width]) }
    }

    private func name(_ place: Int) -> String {
        if let classNames, place < classNames.count { classNames[place] } else { "\(place)" }
    }

    var csv: CSVWriter {
        var writer = CSVWriter(
            columns: ["row"] + (loss.scoresClasses ? ["class", "probability"] : (0..<outputs.shape.last).map { "value\($0)" }))
        for (index, row) in rows.enumerated() {
            switch loss.task {
            case .classification:
                let (place, probability) = top(row)
                writer.append(["\(index)", name(place), "\(probability)"])
            case .regression:
                writer.append(["\(index)"] + row.map { "\($0)" })
            }
        }
        return writer
    }

    var json: [JSONValue] {
        rows.enumerated().map { index, row in
            switch loss.task {
            case .classification:
                let (place, probability) = top(row)
                return .object([
                    .init("row", .integer(index)), .init("class", .string(name(place))), .init("probability", .finite(probability)),
                ])
            case .regression:
                return .object([.init("row", .integer(index)), .init("values", .array(row.map { .finite(Double($0)) }))])
            }
        }
    }

    /// The first greatest output, and its share of the softmax.
    private func top(_ row: [Float]) -> (place: Int, probability: Double) {
        let greatest = row.max() ?? 0
        let place = row.firstIndex(of: greatest) ?? 0
        let sum = row.reduce(0.0) { $0 + Double(HostMath.exp($1 - greatest)) }
        return (place, 1 / sum)
    }
}
