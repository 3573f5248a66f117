import ArgumentParser
import Martlet

struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Shows the layers of a model, what they cost, and the memory of a training step.",
        discussion: """
            Shapes are in PyTorch's order and of one sample. Flops and bytes are of the forward pass for one sample, a \
            multiply-add being two flops; bytes are read and written layer by layer, without parameters. No device is opened.
            """)

    @Argument(help: "A file written by train --save or --checkpoint, instead of --model.") var file: String?

    @Flag(help: "The description of the layers as JSON, as --model FILE.json takes it.")
    var description = false

    @Option(help: ArgumentHelp("Shape of a sample, such as 3x32x32 or 784, where there are no --data.", valueName: "shape"))
    var input: String?

    @Option(help: ArgumentHelp("Classes, or numbers to be approximated. Default: 10.", valueName: "count"))
    var classes: Int?

    @Option(help: ArgumentHelp("Of the training step; may be repeated. Default: 32, 64, 128, 256.", valueName: "size"))
    var batchSize: [Int] = []

    @Option(help: ArgumentHelp("Of the training step. Default: adam.", valueName: "name"))
    var optimizer: String?

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            let model = try chosenModel()
            if description { return Terminal.result(model.descriptionText) }
            let layers = try model.layerSummaries()
            let steps = try batchSizes.map { try memory(of: model, batchSize: $0) }
            if output.json {
                for layer in layers { Terminal.result(layer.json) }
                for step in steps { Terminal.result(step.json) }
                return Terminal.result(Self.totals(layers, model))
            }
            Terminal.result(Self.table(layers, input: model.inputShape))
            Terminal.result("\n" + Self.table(steps))
        }
    }

    private var batchSizes: [Int] { batchSize.isEmpty ? [32, 64, 128, 256] : batchSize }

    private func chosenModel() throws -> Model {
        if let file {
            guard !model.isGiven, input == nil, classes == nil, data.data == nil else {
                throw TrainingError.badOption("'\(file)' has its model; leave --model, --input, --classes and --data out")
            }
            return try ModelFile.read(file).model
        }
        guard input == nil || data.data == nil else {
            throw TrainingError.badOption("--input and --data both say what a sample is; leave one of them out")
        }
        if model.isDescribed, input != nil || classes != nil || data.data != nil {
            throw TrainingError.badOption("'\(model.model ?? "")' says itself what it reads and gives; leave --input, --classes and --data out")
        }
        if let input {
            return try model.build(input: try Self.shape(input), outputs: try checkedClasses(classes ?? 10))
        }
        if model.isDescribed { return try model.build(input: [], outputs: 0) }
        guard classes == nil else { throw TrainingError.badOption("--classes needs --input SHAPE; data have their own classes") }
        let train = try DataSource.parse(data.data ?? "digits").load(
            label: data.label, request: try data.imageRequest(), normalisation: try data.normalisation()).train
        return try model.build(input: train.featureShape, outputs: train.classNames.count)
    }

    private func checkedClasses(_ count: Int) throws -> Int {
        guard (1...1 << 20).contains(count) else {
            throw TrainingError.badOption("--classes must be from 1 to \(1 << 20), not \(count)")
        }
        return count
    }

    private static func shape(_ text: String) throws -> Shape {
        let extents = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard !extents.contains(nil), Shape(extents.map { $0! }).checkedElementCount ?? 0 > 0 else {
            throw TrainingError.badOption("--input takes a shape such as 3x32x32 (channels x height x width) or 784, not '\(text)'")
        }
        return Shape(extents.map { $0! })
    }

    private func memory(of model: Model, batchSize: Int) throws -> StepMemory {
        guard (1...1 << 20).contains(batchSize) else {
            throw TrainingError.badOption("the batch size must be from 1 to \(1 << 20), not \(batchSize)")
        }
        let optimizer = try Optimizer(named: optimizer ?? "adam")
        let plan = try model.trainingPlan(batchSize: batchSize, optimizer: optimizer)
        return StepMemory(plan, optimizer: optimizer, batchSize: batchSize)
    }
}

extension SummaryCommand {
    fileprivate static func table(_ layers: [LayerSummary], input: Shape) -> String {
        func row(_ layer: LayerSummary, _ previous: String) -> [String] {
            [
                layer.name, layer.kind, layer.outputShape.description, "\(layer.trainableParameters)", "\(layer.otherParameters)",
                Format.count(Double(layer.flops)), Format.bytes(layer.bytes),
                layer.inputs == [previous] ? "" : layer.inputs.joined(separator: ", "),
            ]
        }
        var rows = [["layer", "kind", "output", "parameters", "statistics", "flops", "bytes", "reads"], ["input", "", input.description]]
        for (place, layer) in layers.enumerated() { rows.append(row(layer, place == 0 ? "input" : layers[place - 1].name)) }
        rows.append([
            "total", "", "", "\(layers.reduce(0) { $0 + $1.trainableParameters })", "\(layers.reduce(0) { $0 + $1.otherParameters })",
            Format.count(Double(layers.reduce(0) { $0 + $1.flops })), Format.bytes(layers.reduce(0) { $0 + $1.bytes }),
        ])
        return Format.table(rows, left: [0, 1, 7])
    }

    fileprivate static func table(_ steps: [StepMemory]) -> String {
        let heading = [
            "batch", "parameters", "gradients", "optimizer", "statistics", "workspace", "total", "(least workspace", "held for backward)",
        ]
        return Format.table([heading] + steps.map { step in
            ["\(step.batchSize)"] + [
                step.parameters, step.gradients, step.optimizerStates, step.statistics, step.workspace, step.total,
                step.leastWorkspace, step.heldForBackward,
            ].map(Format.bytes)
        }, left: [])
    }

    fileprivate static func totals(_ layers: [LayerSummary], _ model: Model) -> [JSONValue.Member] {
        [
            .init("input", .array(model.inputShape.extents.map(JSONValue.integer))),
            .init("output", .array(model.outputShape.extents.map(JSONValue.integer))),
            .init("parameters", .integer(layers.reduce(0) { $0 + $1.trainableParameters })),
            .init("statistics", .integer(layers.reduce(0) { $0 + $1.otherParameters })),
            .init("flops", .integer(layers.reduce(0) { $0 + $1.flops })),
            .init("bytes", .integer(layers.reduce(0) { $0 + $1.bytes })),
        ]
    }
}

extension LayerSummary {
    fileprivate var json: [JSONValue.Member] {
        [
            .init("layer", .string(name)), .init("kind", .string(kind)), .init("inputs", .array(inputs.map(JSONValue.string))),
            .init("output", .array(outputShape.extents.map(JSONValue.integer))),
            .init("parameters", .integer(trainableParameters)), .init("statistics", .integer(otherParameters)),
            .init("flops", .integer(flops)), .init("bytes", .integer(bytes)),
        ]
    }
}

extension StepMemory {
    fileprivate var json: [JSONValue.Member] {
        [
            .init("batchSize", .integer(batchSize)), .init("parameterBytes", .integer(parameters)),
            .init("gradientBytes", .integer(gradients)), .init("optimizerBytes", .integer(optimizerStates)),
            .init("statisticBytes", .integer(statistics)), .init("workspaceBytes", .integer(workspace)),
            .init("totalBytes", .integer(total)), .init("leastWorkspaceBytes", .integer(leastWorkspace)),
            .init("heldForBackwardBytes", .integer(heldForBackward)),
        ]
    }
}
