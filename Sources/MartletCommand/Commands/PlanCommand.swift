import ArgumentParser
import Martlet
import MartletOpenCL

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows the launches of a training step and where its values lie.",
        discussion: """
            Takes the options of train but those that write files. No device is opened, unless --backend names one: then the \
            variant of each product and convolution is shown, and why that is taken (martlet tune).
            """)

    @Flag(help: "Every launch with its operation, shapes, flops and bytes, and the map of the workspace.")
    var explain = false

    @Option(help: ArgumentHelp(
        "Leave a pass out: \(Pass.allCases.map(\.rawValue).joined(separator: ", ")). Bits never depend on it.", valueName: "pass"))
    var without: [String] = []

    @Option(help: ArgumentHelp("The largest buffer of the device, in bytes. Default: no limit.", valueName: "bytes"))
    var largestBuffer: Int?

    @Option(help: ArgumentHelp("With --explain or --json: show which variants of kernels this OpenCL device takes.", valueName: "backend"))
    var backend: String?

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            try training.refuseFiles("plan")
            let names = Pass.allCases.map(\.rawValue)
            for name in without where !names.contains(name) { throw TrainingError.badOption(unknownName("pass", name, known: names)) }
            if let largestBuffer, largestBuffer < 1 << 12 {
                throw TrainingError.badOption("--largest-buffer must be at least \(1 << 12) bytes, not \(largestBuffer)")
            }
            let setup = try TrainingSetup(data: data, model: model, training: training)
            guard (1...setup.train.count).contains(setup.options.batchSize) else {
                throw TrainingError.badOption("the batch size must be from 1 to the \(setup.train.count) training samples, not \(setup.options.batchSize)")
            }
            let plan = try setup.model.trainingPlan(
                setup.train, loss: setup.loss, optimizer: setup.optimizer, batchSize: setup.options.batchSize,
                passes: Set(Pass.allCases.filter { !without.contains($0.rawValue) }), largestBuffer: largestBuffer ?? .max,
                augmentation: setup.options.augmentation, penalty: setup.options.penalty, decaysAll: setup.decaysAll,
                accumulation: setup.options.accumulation, rules: setup.options.parameters)
            let device = try openedDevice()
            if output.json { return plan.printJSON(device) }
            if explain {
                Terminal.result(plan.launchTable(device))
                Terminal.result("\n" + plan.arenaMap)
            }
            Terminal.result((explain ? "\n" : "") + plan.summary(parameters: setup.model.parameterCount, batch: setup.options.batchSize))
        }
    }
}

extension PlanCommand {
    /// The device whose kernels are to be shown.
    private func openedDevice() throws -> OpenCLDevice? {
        guard let backend else { return nil }
        guard let device = try Backends.open(try BackendSelection(parsing: backend)).device as? OpenCLDevice else {
            throw TrainingError.badOption("--backend of plan takes an OpenCL device, whose kernels have variants; not '\(backend)'")
        }
        return device
    }
}

extension Plan {
    fileprivate func launchTable(_ device: OpenCLDevice?) -> String {
        let rows = zip(lines, program.launches).map { line, launch in
            let variant = device.map { device in
                [device.variant(for: launch).map { "\($0.name), \($0.origin.rawValue)" } ?? ""]
            }
            return [
                "\(line.number)", line.label, line.operation, line.operands.joined(separator: ", "),
                line.results.joined(separator: ", "), Format.count(Double(line.flops)), Format.bytes(line.bytes),
            ] + (variant ?? [])
        }
        let heading = ["launch", "of", "operation", "reads", "writes", "flops", "bytes"] + (device == nil ? [] : ["variant"])
        return Format.table([heading] + rows, left: [1, 2, 3, 4, 7])
    }

    /// Each intermediate value: where it lies and during which launches.
    fileprivate var arenaMap: String {
        let count = program.launches.count
        let rows = lifetimes.sorted { ($0.launches.lowerBound, $0.slot.offset) < ($1.launches.lowerBound, $1.slot.offset) }.map { life in
            let bar = (0..<count).map { life.launches.contains($0) ? "█" : "·" }.joined()
            return [life.slot.description, Format.bytes(life.slot.type.byteCount), bar, life.label]
        }
        return Format.table([["workspace[offset] shape", "bytes", "alive during launches 0..\(count - 1)", "value"]] + rows, left: [0, 2, 3])
    }

    fileprivate func summary(parameters: Int, batch: Int) -> String {
        let (flops, bytes) = cost
        let sizes = workspaces.map { Format.bytes(4 * $0) }.joined(separator: " + ")
        return """
            \(program.launches.count) launches, \(Format.count(Double(flops))) flops and \(Format.bytes(bytes)) moved per step of \(batch) samples
            \(parameters) parameters in an arena of \(Format.bytes(4 * self.parameters.total))
            workspace \(sizes.isEmpty ? "none" : sizes); values alive at once need at least \(Format.bytes(leastWorkspace)), of which \
            the backward pass reads \(Format.bytes(heldForBackward)) from the forward pass
            """
    }

    fileprivate func printJSON(_ device: OpenCLDevice?) {
        for (line, launch) in zip(lines, program.launches) {
            let variant = device?.variant(for: launch)
            let kernels: [JSONValue.Member] = device == nil ? [] : [
                .init("variant", variant.map { .string($0.name) } ?? .null),
                .init("variantOrigin", variant.map { .string($0.origin.rawValue) } ?? .null),
            ]
            Terminal.result([
                .init("launch", .integer(line.number)), .init("label", .string(line.label)),
                .init("operation", .string(line.operation)), .init("operands", .array(line.operands.map(JSONValue.string))),
                .init("results", .array(line.results.map(JSONValue.string))), .init("flops", .integer(line.flops)),
                .init("bytes", .integer(line.bytes)),
            ] + kernels)
        }
        let (flops, bytes) = cost
        Terminal.result([
            .init("launches", .integer(program.launches.count)), .init("flops", .integer(flops)), .init("bytes", .integer(bytes)),
            .init("workspaceBytes", .array(workspaces.map { .integer(4 * $0) })),
            .init("parameterBytes", .integer(4 * parameters.total)), .init("leastWorkspaceBytes", .integer(leastWorkspace)),
            .init("heldForBackwardBytes", .integer(heldForBackward)),
        ])
    }
}
