import ArgumentParser
import Martlet
import MartletBenchmark

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Shows where the time of a training step goes.",
        discussion: """
            Takes the options of train but those that write files. Steps are trained, each launch of them timed, and set \
            against what the same device was measured to do at most. The host waits for every launch on the CPU path, and for \
            every step on OpenCL, where the device keeps the times.
            """)

    @Option(help: "Steps that count; the median of their times is shown.")
    var steps = 20

    @Flag(help: "A row for each launch in order, and not for each operation.")
    var launches = false

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Device") var device: DeviceOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            Interruption.install()
            let unused = [
                ("--save", training.save), ("--checkpoint", training.checkpoint), ("--resume", training.resume),
                ("--checkpoint-every", training.checkpointEvery.map(String.init)),
            ]
            for (option, value) in unused where value != nil {
                throw TrainingError.badOption("profile keeps no weights and no checkpoint; leave \(option) out")
            }
            guard (1...100_000).contains(steps) else { throw TrainingError.badOption("--steps must be from 1 to 100000, not \(steps)") }
            let setup = try TrainingSetup(data: data, model: model, training: training)
            if !output.quiet { Terminal.note(setup.summary) }
            var devices: [any Device] = []
            for selection in try device.selections() { devices.append(try device.open(selection, quiet: output.quiet)) }
            for opened in devices {
                let target = try BenchmarkTarget(opened, threads: device.threads)
                let compiled = try setup.compile(on: opened)
                do {
                    let profile = try StepProfile.measure(
                        compiled, setup.train, options: setup.options, steps: steps, on: target) { Interruption.isRequested }
                    show(profile, target, batch: setup.options.batchSize)
                } catch is BenchmarkInterrupted {
                    Terminal.note("error: interrupted; nothing was measured to the end")
                    throw ExitCode(130)
                }
            }
        }
    }

    private func show(_ profile: StepProfile, _ target: BenchmarkTarget, batch: Int) {
        let rows = launches ? profile.launches : profile.operations
        if output.json {
            for row in rows { Terminal.result(row.json(backend: target.backend)) }
            return
        }
        let title = launches ? "launch" : "operation"
        let heading = [title, "launches", "µs", "share", "flops", "bytes", "GFLOP/s", "GB/s", "of peak"]
        Terminal.result(Terminal.bold("\(target.backend): \(target.device.name)"))
        Terminal.result(Format.table([heading] + rows.map(\.cells)))
        let sum = rows.map(\.seconds).reduce(0, +)
        Terminal.result(
            "\nlaunches \(Format.fixed(1e6 * sum, 0)) µs of a step of \(Format.fixed(1e6 * profile.stepSeconds, 0)) µs, "
                + "\(Format.count(Double(batch) / profile.stepSeconds)) samples/s while timed; medians of \(profile.steps) steps\n")
    }
}

extension StepProfile.Row {
    fileprivate var rates: (gigaflops: Double, gigabytes: Double)? {
        seconds > 0 ? (Double(flops) / seconds * 1e-9, Double(bytes) / seconds * 1e-9) : nil
    }

    fileprivate var cells: [String] {
        [
            name, "\(launches)", Format.fixed(1e6 * seconds, 1), Format.percent(share), Format.count(Double(flops)), Format.bytes(bytes),
            Format.fixed(rates?.gigaflops, 1), Format.fixed(rates?.gigabytes, 1),
            percentOfPeak.map { "\(Format.fixed($0, 0)) % \(limitedBy ?? "")" } ?? "-",
        ]
    }

    fileprivate func json(backend: String) -> [JSONValue.Member] {
        [
            .init("backend", .string(backend)), .init("name", .string(name)), .init("launches", .integer(launches)),
            .init("microseconds", .number(1e6 * seconds)), .init("share", .number(share)), .init("flops", .integer(flops)),
            .init("bytes", .integer(bytes)), .init("gigaflops", rates.map { .number($0.gigaflops) } ?? .null),
            .init("gigabytes", rates.map { .number($0.gigabytes) } ?? .null),
            .init("percentOfPeak", percentOfPeak.map { .number($0) } ?? .null), .init("limitedBy", limitedBy.map { .string($0) } ?? .null),
        ]
    }
}
