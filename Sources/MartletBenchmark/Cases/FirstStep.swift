import MartletBackend
import MartletCore
import MartletFormats
import MartletTraining

/// How long a user waits for the first step of a training run: from the start of a process to the step's end, with
/// compiled kernels in the cache and without.
public enum FirstStep {
    /// What the child process does: one step of the MLP.
    /// - Returns: the weights' SHA-256.
    public static func run(on device: any Device) throws -> String {
        let model = StepModel.all[0]
        let compiled = try model.build().compile(optimizer: model.optimizer, on: device)
        _ = try compiled.fit(try model.data(samples: 64), epochs: 1, batchSize: 64)
        return try compiled.weightsSHA256()
    }

    /// The command for it.
    public static let argument = "first-step"

    static func measure(on target: BenchmarkTarget, rounds: Int, shouldStop: () -> Bool) throws -> [BenchmarkRow] {
        let expected = try run(on: target.checker)
        var (cold, warm): ([Double], [Double]) = ([], [])
        var problem: String?
        for _ in 0..<rounds {
            if shouldStop() { throw BenchmarkInterrupted() }
            // A folder of its own, so that nothing is found; and once more, when it is.
            let cache = try ScratchFolder()
            for _ in 0..<2 {
                do {
                    let (seconds, hash) = try child(target, cache: cache.path)
                    if cold.count == warm.count { cold.append(seconds) } else { warm.append(seconds) }
                    if hash != expected { problem = "the weights' SHA-256 is \(hash.prefix(8))…, not \(expected.prefix(8))…" }
                } catch let error as ChildProcess.Failure {
                    // Ctrl-C reaches children too.
                    if shouldStop() { throw BenchmarkInterrupted() }
                    problem = "\(error)"
                }
            }
        }
        return [("warm cache", warm), ("cold cache", cold)].map { name, seconds in
            BenchmarkRow(
                .overhead, "first step", "mlp batch 64, \(name)", on: target, unit: .seconds, amount: 1,
                Outcome("martlet", seconds: seconds, problem: problem))
        }
    }

    private static func child(_ target: BenchmarkTarget, cache: String) throws -> (Double, hash: String) {
        let clock = ContinuousClock()
        let started = clock.now
        let child = try ChildProcess(
            [argument, "--backend", target.backend, "--threads", "\(target.threads)"],
            environment: ["MARTLET_CACHE_DIR": cache + "/martlet", "POCL_CACHE_DIR": cache + "/pocl"])
        let line = try child.line()
        let elapsed = (clock.now - started).inSeconds
        try child.finish()
        return (elapsed, line)
    }
}
