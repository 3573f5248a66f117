import ArgumentParser
import Martlet

struct DeviceOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "\(BackendSelection.grammar). Default: MARTLET_BACKEND, else auto.", valueName: "backend"))
    var backend: [String] = []

    @Option(help: "Threads of the CPU path. Default: all processors. Bits do not depend on it.")
    var threads: Int?

    /// Every selection, the usual one where none is given.
    func selections() throws -> [BackendSelection] {
        backend.isEmpty ? [try BackendSelection.fromEnvironment()] : try Self.distinct(backend)
    }

    /// - Throws: where one is given twice, for the second run would say nothing.
    static func distinct(_ texts: [String]) throws -> [BackendSelection] {
        var selections: [BackendSelection] = []
        for text in texts {
            let selection = try BackendSelection(parsing: text)
            guard !selections.contains(selection) else {
                throw TrainingError.badOption("--backend \(text) was given twice; name each backend once")
            }
            selections.append(selection)
        }
        return selections
    }

    /// The one device of a command that takes one.
    func open(quiet: Bool) throws -> any Device {
        let selections = try selections()
        guard selections.count == 1 else {
            throw TrainingError.badOption("this command takes one backend, and \(selections.count) were given")
        }
        return try open(selections[0], quiet: quiet)
    }

    func open(_ selection: BackendSelection, quiet: Bool) throws -> any Device {
        let opened = try Backends.open(selection, threads: threads)
        if !quiet { Terminal.note("device: \(opened.device.name), \(opened.reason)") }
        return opened.device
    }
}
