import MartletFormats

/// Variants of a task, measured by a process of their own: whatever their driver does ends with that.
struct CandidateProcess {
    enum Outcome {
        /// Seconds of one launch, or what is wrong, for each variant.
        case measured([(variant: String, seconds: Double?, problem: String?)])
        /// What became of the process.
        case failed(String)
        case stopped
    }

    let backend: String
    let task: String
    let variants: [String]
    /// Of each variant in all its turns, and of the whole process.
    let seconds: Double
    let limit: Double

    func outcome(shouldStop: () -> Bool) -> Outcome {
        let arguments = [
            CandidateRun.argument, "--backend", backend, "--task", task, "--seconds", "\(seconds)", "--limit", "\(limit)",
        ] + variants.flatMap { ["--variant", $0] }
        do throws(ChildProcess.Failure) {
            let child = try ChildProcess(arguments, ownGroup: true)
            switch child.ending(within: limit, shouldStop: shouldStop) {
            case .stopped: return .stopped
            case .tooLong: return .failed("it did not end within \(Int(limit)) s")
            case .signalled(let signal): return .failed("it ended its process by signal \(signal)")
            case .exited(let code, let output):
                guard code == 0, let found = Self.parse(output, variants) else { return .failed("its process ended with code \(code)") }
                return .measured(found)
            }
        } catch {
            return .failed(error.description)
        }
    }

    /// One object a line, in the order of the variants.
    private static func parse(_ output: String, _ variants: [String]) -> [(variant: String, seconds: Double?, problem: String?)]? {
        let rows = output.split(separator: "\n").compactMap { try? JSONValue(parsing: $0.utf8, path: "a child process") }
        guard rows.map({ $0["variant"]?.string }) == variants.map(Optional.init) else { return nil }
        let found = rows.map { ($0["variant"]!.string!, $0["seconds"]?.double, $0["problem"]?.string) }
        return found.allSatisfy { $0.1 != nil || $0.2 != nil } ? found : nil
    }
}
