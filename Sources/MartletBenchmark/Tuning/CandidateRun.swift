#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import MartletBackend
import MartletConformance
import MartletCore
import MartletCPU
import MartletFormats
import MartletOpenCL
import MartletOps
import MartletTraining

/// What the child process of `martlet tune` does: variants of one task take turns, and their bits are compared with the CPU
/// path's. A driver that crashes or hangs takes nothing along but this process.
public enum CandidateRun {
    /// The command for it.
    public static let argument = "tune-candidate"

    /// Measures variants side by side.
    ///
    /// - Parameters:
    ///   - backend: `opencl:0.0`.
    ///   - seconds: of each variant in all its turns together.
    /// - Returns: for each variant in order, its name and seconds, or what is wrong with it.
    /// - Throws: `TrainingError`, `DeviceError` for what is no variant's fault.
    public static func measure(task name: String, variants: [String], backend: String, seconds: Double) throws -> [[JSONValue.Member]] {
        guard let task = TunedTasks.parse(name) else { throw TrainingError.badOption("'\(name)' is no task that is tuned") }
        let selection = try BackendSelection(parsing: backend)
        let chosen = try OpenCLInventory.survey().choose(selection) { (_) throws(DeviceError) in .exact }
        guard let info = chosen.device else { throw TrainingError.badOption("'\(backend)' is no OpenCL device") }

        let types = try task.operation.resultTypes(task.operands)
        let sample = Sample(task.name, task.operation, task.operands)
        let data = SampleData(
            operands: task.operands.enumerated().map { BenchmarkData.normal($1.shape, stream: $0) },
            results: types.map { HostArray($0.shape, [Float](repeating: 77, count: $0.elementCount)) })
        let expected = try sample.run(on: try CPUDevice(), data)

        let context = try OpenCLContext(info)
        let deviceClass = try DeviceClass(info)
        // PoCL has a cache of its own, and compiles twice where it is asked for binaries.
        let cache = info.isPoCL ? ProgramCache(directory: nil) : .shared
        var problems = [String?](repeating: nil, count: variants.count)
        var runs: [PreparedSample?] = []
        for (place, variant) in variants.enumerated() {
            do throws(DeviceError) {
                fault(variant, .crash)
                fault(variant, .hang)
                let device = OpenCLDevice(context, deviceClass: deviceClass, tuning: Tuning(asked: [variant]), cache: cache)
                let run = try PreparedSample(sample, data, on: device, repetitions: task.repetitions)
                problems[place] = difference(try run.run(), expected, variant)
                runs.append(run)
            } catch {
                problems[place] = "\(error)"
                runs.append(nil)
            }
        }
        // Who is wrong takes no turns.
        let sound = variants.indices.filter { problems[$0] == nil }
        let contestants = sound.map { place in
            let run = runs[place]!
            return Contestant(name: variants[place]) { launches in
                for _ in 0..<launches { try run.executable.run(run.step) }
                try context.finish()
            }
        }
        let outcomes = try takeTurns(contestants, Schedule(rounds: 6, seconds: seconds)) { false }
        var best = [Double](repeating: .infinity, count: variants.count)
        for (place, outcome) in zip(sound, outcomes) {
            // What timed launches have left is looked at too: a race may be rare.
            problems[place] = try outcome.problem ?? difference(runs[place]!.run(), expected, variants[place])
            best[place] = outcome.best
        }
        return variants.indices.map { place in
            [
                .init("variant", .string(variants[place])), .init("seconds", best[place].isFinite ? .number(best[place]) : .null),
                .init("problem", problems[place].map { .string($0) } ?? .null),
            ]
        }
    }

    /// Ends this process if it lasts longer, also where whoever waits for it is gone.
    public static func limit(seconds: Double) { alarm(UInt32(min(86400, max(1, seconds + 1)))) }

    private static func difference(_ results: [HostArray], _ expected: [HostArray], _ variant: String) -> String? {
        for (place, (got, right)) in zip(results, expected).enumerated() {
            var got = got.floats
            if plans(.wrong, for: variant), !got.isEmpty { got[got.count / 2] += 1 }
            if let index = firstDifference(got, right.floats) {
                return "result \(place)[\(index)] is \(got[index]), and \(right.floats[index]) on the CPU path"
            }
        }
        return nil
    }

    // MARK: Faults that tests plant

    private enum Fault: String { case wrong, crash, hang }

    /// `MARTLET_TUNING_FAULT=crash=registers-4x2,hang=…`: what tests of the tuner set.
    private static func plans(_ fault: Fault, for variant: String) -> Bool {
        environmentValue("MARTLET_TUNING_FAULT")?.split(separator: ",").contains { $0 == "\(fault.rawValue)=\(variant)" } ?? false
    }

    private static func fault(_ variant: String, _ fault: Fault) {
        guard plans(fault, for: variant) else { return }
        if fault == .crash { abort() }
        while true { sleep(1) }
    }
}
