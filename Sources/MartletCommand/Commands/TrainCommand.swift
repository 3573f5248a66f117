import ArgumentParser
import Martlet

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a model and reports every epoch.",
        discussion: """
            --backend may be given several times: the same run is done on each, and the weights' SHA-256 are compared \
            (exit code 1 where they differ). Ctrl-C stops after the current step, writes the checkpoint if there is one, \
            and exits with 130.
            """)

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Device") var device: DeviceOptions
    @OptionGroup(title: "Trace") var trace: TraceOptions
    @OptionGroup(title: "Record") var log: LogOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            Interruption.install()
            let selections = try device.selections()
            let setup = try TrainingSetup(data: data, model: model, training: training)
            guard setup.options.snapshots == nil else {
                throw TrainingError.badOption("the checkpoint '\(training.resume ?? "")' is of snapshots; 'martlet ensemble train --resume' goes on with it")
            }
            guard selections.count == 1 || (setup.options.checkpoint == nil && training.resume == nil) else {
                throw TrainingError.badOption("--checkpoint and --resume belong to one run; give one --backend with them")
            }
            guard selections.count == 1 || !log.isWanted else {
                throw TrainingError.badOption("--report and --log-dir belong to one run; give one --backend with them")
            }
            if let path = training.save { try File.checkWritable(path) }
            try log.prepare(resuming: training.resume != nil)
            let tracer = try trace.tracer()
            if !output.quiet {
                Terminal.note(setup.summary)
                if let transfer = setup.transfer { Terminal.note(transfer.text) }
            }
            // All of them, before the first has trained for an hour.
            var devices: [any Device] = []
            for selection in selections { devices.append(try device.open(selection, quiet: output.quiet)) }
            var results: [TrainingResult] = []
            do {
                for (place, device) in devices.enumerated() {
                    let result = try setup.train(on: device, log: log, output: output, tracer: tracer)
                    // Weights that nobody can use are no result, and never take the place of a good file.
                    try result.test.checkFinite("the loss on the test data")
                    if place == 0, let path = training.save { try result.compiled.save(to: path, data: setup.description) }
                    results.append(result)
                }
            } catch {
                // What there is of the trace may say why.
                try? tracer?.write()
                if !results.isEmpty { try? report(results) }
                throw error
            }
            try tracer?.write()
            try report(results)
        }
    }

    private func report(_ results: [TrainingResult]) throws {
        let areEqual = Set(results.map(\.weightsSHA256)).count == 1
        if output.json {
            for result in results { Terminal.result("\(result.json)") }
            if results.count > 1 { Terminal.result([.init("equalWeights", .bool(areEqual))]) }
        } else {
            Terminal.result(TrainingResult.table(results))
            if let line = results[0].history.endLine { Terminal.result(line) }
            for result in results.prefix(areEqual ? 1 : results.count) {
                Terminal.result("weights' SHA-256 \(result.weightsSHA256)" + (areEqual ? "" : " on \(result.device)"))
            }
            if results.count > 1 {
                Terminal.result(areEqual
                    ? Terminal.green("the weights' SHA-256 are equal on \(results.map(\.backend).joined(separator: " and "))")
                    : Terminal.red("the weights differ between backends"))
            }
        }
        if !areEqual { throw ExitCode(1) }
    }
}
