import ArgumentParser
import Martlet

/// The options of train, for commands that train to find something out and keep nothing.
struct DryRunOptions: ParsableArguments {
    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Device") var device: DeviceOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    /// Finds something out with a model on its device, and shows it; Ctrl-C ends that early.
    ///
    /// - Parameters:
    ///   - command: its name.
    ///   - find: given a word on where it is, the last closure says whether it is to go on.
    ///   - isPartial: whether it was ended early.
    func run<Finding>(
        _ command: String, isPartial: (Finding) -> Bool,
        find: (CompiledModel, TrainingSetup, _ goesOn: @escaping (String) -> Bool) throws -> Finding, show: (Finding) throws -> Void
    ) throws {
        Interruption.install()
        try training.refuseFiles(command)
        let setup = try TrainingSetup(data: data, model: model, training: training)
        let compiled = try setup.compile(on: try device.open(quiet: output.quiet))
        let showsStatus = Terminal.isInteractive && !output.quiet
        let finding = try find(compiled, setup) { place in
            if showsStatus { Terminal.status("\(command) \(place)") }
            return !Interruption.isRequested
        }
        if showsStatus { Terminal.clearStatus() }
        try show(finding)
        guard !isPartial(finding) else {
            Terminal.note("error: interrupted; what was found until then is above")
            throw ExitCode(130)
        }
    }
}
