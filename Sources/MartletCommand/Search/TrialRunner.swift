import Martlet
import MartletSearch

/// Runs trials on one device. Those that differ in numbers alone share what is compiled.
final class TrialRunner {
    enum Objective: String, CaseIterable { case loss, accuracy }

    private let arguments: TrialArguments
    private let objective: Objective
    private let device: any Device
    private let cache = DataCache()
    /// The last used first; each has the data on the device.
    private var prepared: [(key: String, training: PreparedTraining)] = []
    private static let limit = 4

    init(_ arguments: TrialArguments, objective: Objective, on device: any Device) {
        (self.arguments, self.objective, self.device) = (arguments, objective, device)
    }

    /// A run that diverges, and one that cannot be, are outcomes.
    func run(_ proposal: Proposal) throws -> TrialOutcome {
        do {
            let setup = try setup(arguments.arguments(proposal.values, epochs: proposal.epochs))
            let training = try training(of: setup)
            let history = try training.fit(
                setup.optimizer, seed: setup.seed, start: setup.transfer, epochs: proposal.epochs, callbacks: [Stopping()])
            guard let last = history.epochs.last, let validation = last.validation else {
                throw TrainingError.badOption("a trial needs at least one epoch")
            }
            let value: Double
            switch (objective, validation.accuracy) {
            case (.loss, _): value = validation.loss
            case (.accuracy, let accuracy?): value = 1 - accuracy
            case (.accuracy, nil): throw TrainingError.badOption("--objective accuracy needs classes; use loss")
            }
            return TrialOutcome(.done, objective: value, details: validation.json("validation"))
        } catch let error as TrainingError {
            switch error {
            case .notFinite, .diverged, .notFiniteResult: return TrialOutcome(.diverged, details: [.init("reason", .string("\(error)"))])
            case .shape, .badOption, .unsuitableData, .device(.outOfMemory):
                return TrialOutcome(.failed, details: [.init("reason", .string("\(error)"))])
            case .device, .file, .interrupted, .caller: throw error
            }
        }
    }

    func setup(_ arguments: [String]) throws -> TrainingSetup {
        let command = try TrialArguments.parse(arguments)
        return try TrainingSetup(data: command.data, model: command.model, training: command.training, cache: cache)
    }

    private func training(of setup: TrainingSetup) throws -> PreparedTraining {
        let options = setup.options
        let key = [
            setup.dataKey, setup.model.descriptionText, "\(setup.loss)", setup.optimizer.rule.name, "\(setup.optimizer.clipping)",
            "\(setup.decaysAll)", "\(options.batchSize) \(options.dropsLast) \(options.augmentation) \(options.parameters) \(setup.residency)",
            "\(options.schedule) \(options.accumulation) \(options.penalty) \(options.sampling.map { "\($0)" } ?? "")",
            options.earlyStopping.map { "\($0)" } ?? "",
        ].joined(separator: "\n")
        if let place = prepared.firstIndex(where: { $0.key == key }) {
            let found = prepared.remove(at: place)
            prepared.insert(found, at: 0)
            return found.training
        }
        if prepared.count == Self.limit { prepared.removeLast() }
        let training = try PreparedTraining(try setup.compile(on: device), setup.train, validation: setup.validation, options: options)
        prepared.insert((key, training), at: 0)
        return training
    }

    /// Ctrl-C ends a trial, which is then begun again when the search goes on.
    struct Stopping: Callback {
        func progressed(_ progress: Progress, of model: CompiledModel) -> Decision { Interruption.isRequested ? .interrupt : .proceed }
    }
}
