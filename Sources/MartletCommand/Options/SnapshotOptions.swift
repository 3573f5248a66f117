import ArgumentParser
import Martlet

/// Members of an ensemble out of one run.
struct SnapshotOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        """
        Train one model through cycles of its learning rate in place of several, and take its weights at the end of the last so \
        many cycles as members.
        """,
        valueName: "count"))
    var snapshots: Int?

    @Option(help: ArgumentHelp(
        "Divide the epochs into so many cycles, each a cosine from the learning rate to 0. Default: one for each snapshot.",
        valueName: "count"))
    var cycles: Int?

    /// Sets what was asked for, with a schedule where none was given.
    /// - Returns: whether members are snapshots.
    func apply(to setup: inout TrainingSetup, _ training: TrainingOptions) throws -> Bool {
        guard snapshots != nil || setup.options.snapshots != nil else {
            guard cycles == nil else { throw TrainingError.badOption("--cycles needs --snapshots") }
            guard training.resume == nil else {
                throw TrainingError.badOption("the checkpoint '\(training.resume!)' is of one model and not of snapshots; 'martlet train --resume' goes on with it")
            }
            return false
        }
        if let snapshots { setup.options.snapshots = snapshots }
        guard training.schedule.isEmpty, training.resume == nil else {
            guard cycles == nil else {
                throw TrainingError.badOption("--cycles makes a schedule, and \(training.resume == nil ? "--schedule gives" : "the checkpoint has") one with cycles of its own; leave --cycles out")
            }
            return true
        }
        let epochs = setup.options.epochs, count = cycles ?? snapshots ?? 1
        guard count >= 1 else { throw TrainingError.badOption("\(cycles == nil ? "--snapshots" : "--cycles") takes a number of at least 1, not \(count)") }
        guard epochs > 0, epochs % count == 0 else {
            let fitting = [epochs / count, epochs / count + 1].filter { $0 > 0 }.map { "\($0 * count)" }.joined(separator: " or ")
            throw TrainingError.badOption("--epochs \(epochs) cannot be divided into \(count) equal cycles; take \(fitting)")
        }
        setup.options.schedule = try Schedule("cosine_restarts", ["t0": .epochs(Double(epochs / count))])
        return true
    }
}
