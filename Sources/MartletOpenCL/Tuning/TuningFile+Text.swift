/// Why a tuning file cannot be used.
package enum TuningFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case damaged(path: String, line: Int, found: String)
    case cut(path: String)
    case otherVersion(path: String, found: String)
    case otherDevice(path: String, found: String)

    package var description: String {
        switch self {
        case .damaged(let path, let line, let found): "the tuning file '\(path)' is damaged in line \(line), '\(found)'"
        case .cut(let path): "the tuning file '\(path)' is cut off"
        case .otherVersion(let path, let found):
            "the tuning file '\(path)' begins with '\(found)', and this version reads '\(TuningFile.heading)'"
        case .otherDevice(let path, let found): "the tuning file '\(path)' is of \(found)"
        }
    }
}

/// A tuning file as text:
///
///     martlet tuning 1
///     device pthread-skylake-avx512-AMD EPYC
///     driver 3.1
///     platform OpenCL 3.0 PoCL 3.1
///     kernels cpu
///
///     matmul 64x512x784:NN takes registers-12x2
///         registers-12x2 0.871 105.2 us
///         registers-8x2 1.000 120.8 us
///         registers-16x1 quarantined: result 0[3] is 1.5, and 1.25 on the CPU path
///     end
///
/// The numbers are the time as a multiple of the usual variant's, in turns with it, and the time itself. A search that did not come
/// to its end `takes registers-12x2 so far`, and a task for which no variant is right `takes nothing`.
extension TuningFile {
    package static let heading = "martlet tuning 1"

    package var text: String {
        var lines = [
            Self.heading, "device \(device.name)", "driver \(device.driver)", "platform \(device.platform)",
            "kernels \(device.deviceClass.rawValue)", "",
            "# time as a multiple of the usual variant's, measured in turns with it, and the time of one launch",
        ]
        for result in results {
            lines.append("\(result.task) takes \(result.choice ?? "nothing")\(result.isComplete ? "" : " so far")")
            // In the order in which they were tried.
            for candidate in result.candidates {
                let outcome = candidate.problem.map { "quarantined: \(Self.oneLine($0))" }
                    ?? "\(decimal(candidate.ratio, digits: 3)) \(decimal(candidate.microseconds, digits: 1)) us"
                lines.append("    \(candidate.variant) \(outcome)")
            }
        }
        return (lines + ["end", ""]).joined(separator: "\n")
    }

    private static func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    /// - Throws: `TuningFileError`, naming the line.
    package init(parsing text: String, path: String) throws(TuningFileError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first == Self.heading else {
            throw .otherVersion(path: path, found: String((lines.first ?? "").prefix(40)))
        }
        var head: [Substring: String] = [:]
        var results: [TuningResult] = []
        var hasEnd = false
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
            func damaged() -> TuningFileError { .damaged(path: path, line: index + 1, found: String(line.prefix(80))) }
            guard !hasEnd else { throw damaged() }
            if line == "end" {
                hasEnd = true
            } else if line.hasPrefix("    ") {
                guard !results.isEmpty, let candidate = TuningResult.Candidate(parsing: line.dropFirst(4)) else { throw damaged() }
                results[results.count - 1].candidates.append(candidate)
            } else if head.count < Self.fields.count {
                let field = line.prefix { $0 != " " }
                guard field == Self.fields[head.count] else { throw damaged() }
                head[field] = String(line.dropFirst(field.count + 1))
            } else {
                guard let result = TuningResult(parsing: line) else { throw damaged() }
                results.append(result)
            }
        }
        guard hasEnd else { throw .cut(path: path) }
        guard head.count == Self.fields.count, let deviceClass = DeviceClass(rawValue: head["kernels"]!) else {
            throw .damaged(path: path, line: 5, found: head["kernels"] ?? "")
        }
        self.init(TunedDevice(name: head["device"]!, driver: head["driver"]!, platform: head["platform"]!, deviceClass: deviceClass))
        self.results = results
    }

    private static let fields: [Substring] = ["device", "driver", "platform", "kernels"]
}

extension TuningResult {
    fileprivate init?(parsing line: Substring) {
        var words = line.split(separator: " ", omittingEmptySubsequences: false)
        let isComplete = words.suffix(2) != ["so", "far"]
        if !isComplete { words.removeLast(2) }
        guard words.count >= 3, words[words.count - 2] == "takes", !words.last!.isEmpty else { return nil }
        self.init(words.dropLast(2).joined(separator: " "))
        choice = words.last == "nothing" ? nil : String(words.last!)
        self.isComplete = isComplete
    }
}

extension TuningResult.Candidate {
    fileprivate init?(parsing line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty else { return nil }
        if words[1] == "quarantined:" {
            self.init(String(words[0]), problem: String(words[2]))
        } else {
            guard let ratio = Double(words[1]), words[2].hasSuffix(" us"), let time = Double(words[2].dropLast(3)),
                ratio > 0, ratio.isFinite, time >= 0, time.isFinite
            else { return nil }
            self.init(String(words[0]), microseconds: time, ratio: ratio)
        }
    }
}

/// A number that is not negative, with so many digits after the point.
private func decimal(_ value: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    guard value.isFinite, value >= 0, value * scale < 1e15 else { return "0" }
    let whole = Int((value * scale).rounded())
    let fraction = "\(whole % Int(scale))"
    return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
}
