import ArgumentParser
import Martlet
import MartletSearch

/// What `martlet train` is given for a trial: the options that all trials have, and those of the trial.
struct TrialArguments {
    /// Options of all trials; `{name}` stands for a parameter.
    private let common: [String]
    private let validation: String
    let seed: UInt64
    private let space: SearchSpace

    /// What belongs to the search or to a single run.
    private static let reserved = [
        "save", "checkpoint", "checkpoint-every", "resume", "backend", "threads", "json", "quiet", "validation", "split-seed", "epochs",
    ]

    /// - Parameter path: of the space.
    /// - Throws: for a parameter or an option that does not belong in a search.
    init(_ options: [String], space: SearchSpace, of path: String, seed: UInt64) throws {
        var options = options
        validation = Self.take("--validation", from: &options) ?? "0.2"
        _ = Self.take("--epochs", from: &options)
        for name in ["--save", "--checkpoint", "--checkpoint-every", "--resume", "--split-seed"] {
            guard Self.take(name, from: &options) == nil else {
                throw TrainingError.badOption("\(name) belongs to one run, and a search is many; leave it out")
            }
        }
        for parameter in space.parameters where Self.reserved.contains(parameter.name) {
            throw FormatError.unsuitable(
                path: path, problem: "'\(parameter.name)' cannot be searched: it belongs to the search or to a single run",
                remedy: "give --\(parameter.name) beside the file, or leave it out")
        }
        for parameter in space.parameters where !options.contains(where: { $0.contains("{\(parameter.name)}") }) {
            let option = "--\(parameter.name)"
            guard !options.contains(where: { $0 == option || $0.hasPrefix(option + "=") }) else {
                throw TrainingError.badOption("\(option) is given, and the space searches it; leave one of them out")
            }
        }
        (common, self.space, self.seed) = (options, space, seed)
    }

    /// What all trials have in common, the places of parameters as they are.
    var shared: [String] { common + ["--seed=\(seed)", "--validation=\(validation)"] }

    /// - Parameters:
    ///   - epochs: nil for those of the training options.
    ///   - validates: whether a part of the training data is held out.
    func arguments(_ values: Assignment, epochs: Int?, validates: Bool = true) -> [String] {
        var arguments = common
        for parameter in space.parameters {
            let place = "{\(parameter.name)}"
            let value = values[parameter.name]
            if common.contains(where: { $0.contains(place) }) {
                // What is not there leaves nothing, and no comma before it.
                arguments = arguments.map { $0.replacing(place, with: value?.plainText ?? "") }
                continue
            }
            switch value {
            case nil, .bool(false): break
            case .bool(true): arguments.append("--\(parameter.name)")
            case let value?: arguments.append("--\(parameter.name)=\(value.plainText)")
            }
        }
        arguments = arguments.map { $0.hasSuffix(",") ? String($0.dropLast()) : $0 }
        // Where the seed is searched, all trials still have the same data.
        arguments.append(values["seed"] == nil ? "--seed=\(seed)" : "--split-seed=\(seed)")
        if validates { arguments.append("--validation=\(validation)") }
        if let epochs { arguments.append("--epochs=\(epochs)") }
        return arguments
    }

    /// - Throws: usage errors, as `martlet train` would report them.
    static func parse(_ arguments: [String]) throws -> TrainCommand {
        do {
            return try TrainCommand.parse(arguments)
        } catch {
            throw TrainingError.badOption("martlet train \(commandLine(arguments)): \(TrainCommand.message(for: error))")
        }
    }

    /// As it can be given to a shell.
    static func commandLine(_ arguments: [String]) -> String {
        arguments.map { word in
            let isPlain = !word.isEmpty && word.utf8.allSatisfy { byte in
                let letter = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20, digit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                return letter || digit || "-_=.,:/+@%".utf8.contains(byte)
            }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }

    /// Removes an option with its value, which is the next word or follows a `=`.
    private static func take(_ option: String, from words: inout [String]) -> String? {
        var value: String?
        while let place = words.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") }) {
            let word = words.remove(at: place)
            if word != option {
                value = String(word.dropFirst(option.count + 1))
            } else {
                value = place < words.count ? words.remove(at: place) : ""
            }
        }
        return value
    }
}

extension String {
    /// Every occurrence of a text.
    fileprivate func replacing(_ text: String, with other: String) -> String {
        var result = "", rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(text) {
                result += other
                rest = rest.dropFirst(text.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
