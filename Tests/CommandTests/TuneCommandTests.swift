import Foundation
import MartletFormats
import TestSupport
import Testing

/// `martlet tune` as a user runs it: with children, files and faults.
@Suite(.enabled("there is no OpenCL device here") { Martlet.backends.count == 2 }, .serialized) struct TuneCommandTests {
    private let cache: TemporaryFolder
    init() throws { cache = try TemporaryFolder() }

    private func run(_ arguments: String..., fault: String? = nil, cache: String? = nil) throws -> Martlet.Outcome {
        try Martlet.run(arguments, environment: environment(fault: fault, cache: cache))
    }
    private func environment(fault: String? = nil, cache: String? = nil) -> [String: String] {
        var variables = ["MARTLET_CACHE_DIR": cache ?? self.cache.path, "MARTLET_OPENCL_CLASS": "cpu", "MARTLET_TUNING": "on"]
        variables["MARTLET_TUNING_FAULT"] = fault
        return variables
    }
    /// The only tuning file there is.
    private func file() throws -> String {
        let folder = cache.file("tuning")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }
        return "\(folder)/\(try #require(names.first))"
    }
    private func text() throws -> String { String(decoding: try File.read(try file()), as: UTF8.self) }

    @Test func whatIsFoundIsKeptAndUsed() throws {
        // 1x3x5 has so few sensible tiles that the search comes to its end.
        let first = try run("tune", "--backend", "opencl", "--shapes", "1x3x5", "--budget", "60", "--json")
        #expect(first.status == 0, "\(first.err)")
        let row = try #require(first.objects().first)
        #expect(row["task"]?.string == "matmul 1x3x5:NN" && row["complete"]?.bool == true && row["origin"]?.string == "tuned")
        #expect(row["tried"]?.int ?? 0 > 1 && row["quarantined"]?.array?.isEmpty == true)
        #expect(first.err.contains("everything is searched"))
        let kept = try text()
        #expect(kept.hasPrefix("martlet tuning 1\n") && kept.contains("matmul 1x3x5:NN takes registers-"))

        let second = try run("tune", "--backend", "opencl", "--shapes", "1x3x5")
        #expect(second.status == 0 && second.err.contains("nothing to do") && second.out.contains("matmul 1x3x5:NN"))
        #expect(try text() == kept)

        // A choice of the file's is what a plan takes: of the 20 to 4 head of the digits' perceptron.
        let task = "matmul 10x4x20:NN"
        let other = kept.replacingOccurrences(of: "end\n", with: "\(task) takes registers-13x1-packed-across\nend\n")
        _ = try cache.write(other, to: "tuning/\(URL(filePath: try file()).lastPathComponent)")
        let model = ["--model", "mlp:20", "--batch-size", "10", "--keep-classes", "1,2,3,4"]
        let plan = try Martlet.run(["plan", "--json", "--backend", "opencl"] + model, environment: environment())
        let variants = try plan.objects().filter { $0["variantOrigin"]?.string == "tuned" }
        #expect(variants.count == 1 && variants.first?["variant"]?.string == "registers-13x1-packed-across", "\(plan.out)\(plan.err)")
        // And bits are the same.
        let hashes = try ["cpu", "opencl"].map { backend in
            try Martlet.run(["train", "--backend", backend, "--epochs", "1", "--json"] + model, environment: environment()).hash()
        }
        #expect(hashes[0] == hashes[1])
    }

    @Test func faultsCostACandidateAndNotTheRun() throws {
        // Neighbours of the usual variant, which are tried in any case.
        let fault = "wrong=registers-10x1,crash=registers-6x1,hang=registers-8x1-across"
        let tuned = try run("tune", "--backend", "opencl", "--shapes", "6x5x7", "--budget", "60", "--limit", "3", "--json", fault: fault)
        #expect(tuned.status == 0, "\(tuned.err)")
        let row = try #require(tuned.objects().first)
        let reasons = Dictionary(uniqueKeysWithValues: (row["quarantined"]?.array ?? []).map { ($0["variant"]!.string!, $0["reason"]!.string!) })
        #expect(reasons["registers-10x1"]?.contains("on the CPU path") == true, "\(reasons)")
        #expect(reasons["registers-6x1"]?.contains("by signal 6") == true, "\(reasons)")
        #expect(reasons["registers-8x1-across"]?.contains("did not end within 3 s") == true, "\(reasons)")
        #expect(!reasons.keys.contains(row["variant"]?.string ?? ""))
        #expect(try text().contains("registers-10x1 quarantined: "))
        #expect(tuned.err.contains("quarantined: registers-10x1"))
        // They are reported where a user looks.
        #expect(try run("devices").out.contains("quarantined"))
        let doctor = try run("doctor")
        #expect(doctor.out.contains("quarantined: ") && doctor.out.contains("registers-10x1"))
        // And forgotten when it is asked for.
        #expect(try run("tune", "--backend", "opencl", "--shapes", "6x5x7", "--reset", "--budget", "0.01").status == 0)
        #expect(try !text().contains("quarantined"))
    }

    @Test func theUsualVariantMayCrash() throws {
        let tuned = try run(
            "tune", "--backend", "opencl", "--shapes", "3x5x7", "--budget", "20", "--json", fault: "crash=registers-8x1")
        #expect(tuned.status == 0, "\(tuned.err)")
        let row = try #require(tuned.objects().first)
        #expect(row["usual"]?.string == "registers-8x1" && row["variant"]?.string != "registers-8x1")
        #expect(row["quarantined"]?[0]?["reason"]?.string?.contains("signal 6") == true)
    }

    @Test func filesThatCannotBeUsed() throws {
        _ = try run("tune", "--backend", "opencl", "--shapes", "3x5x7", "--budget", "0.01")
        let (path, whole) = (try file(), try text())
        for damaged in [String(whole.dropLast(10)), whole.replacingOccurrences(of: "martlet tuning 1", with: "martlet tuning 9"),
            whole.replacingOccurrences(of: "driver ", with: "driver another "), "no such thing"] {
            try Data(damaged.utf8).write(to: URL(filePath: path))
            let trained = try run("train", "--backend", "opencl", "--epochs", "0", "--model", "mlp:1")
            #expect(trained.status == 0 && trained.err.contains(path) && trained.err.contains("is not used"), "\(trained.err)")
            #expect(try run("doctor").out.contains("--reset"))
            let tuned = try run("tune", "--backend", "opencl", "--shapes", "3x5x7", "--budget", "0.01")
            #expect(tuned.status == 0 && tuned.err.contains("written anew"))
            #expect(try text().hasSuffix("end\n"))
        }
        // Nothing is kept where nothing is to be kept.
        let off = try run("tune", "--backend", "opencl", "--shapes", "3x5x7", "--budget", "0.01", cache: "")
        #expect(off.status == 0 && off.err.contains("not kept"))
        expectFailure(73, saying: ["MARTLET_CACHE_DIR"], of: try run("tune", "--backend", "opencl", "--shapes", "3x5x7", "--quiet", cache: "/proc/nowhere"))
    }

    @Test func aModelsOwnShapes() throws {
        let shown = try run("tune", "--backend", "opencl", "--model", "mlp:20", "--batch-size", "10", "--dry-run", "--json")
        #expect(shown.status == 0, "\(shown.err)")
        let rows = try shown.objects()
        #expect(rows.contains { $0["task"]?.string == "matmul 10x20x64:NN" } && rows.contains { $0["task"]?.string == "matmul 64x20x10:TN" })
        #expect(rows.allSatisfy { $0["tried"]?.int == 0 && $0["candidates"]?.int ?? 0 > 1 })
        // How launches are enqueued, where the device can record them.
        let canRecord = try run("devices", "--json").out.contains("cl_khr_command_buffer")
        #expect(rows.contains { $0["task"]?.string?.hasPrefix("replay ") == true } == canRecord)
        #expect(!File.exists(cache.file("tuning")))
        let usual = try run("tune", "--backend", "opencl", "--dry-run", "--json")
        #expect(try usual.objects().count > 30)
    }

    @Test func anInterruptedRunKeepsWhatItFound() throws {
        let running = try Martlet.Running(
            ["tune", "--backend", "opencl", "--shapes", "64", "--budget", "600", "--json"], environment: environment())
        // Until something was measured.
        while running.process.isRunning {
            if let text = try? text(), text.contains(" us\n") { break }
            usleep(20_000)
        }
        running.signal(SIGINT)
        let outcome = running.finish()
        #expect(outcome.status == 130, "\(outcome.err)")
        #expect(try text().contains("matmul 64x64x64:NN takes registers-") && text().contains("so far\n"))
        #expect(try outcome.objects().first?["tried"]?.int ?? 0 > 0)
    }

    @Test func badInput() throws {
        expectFailure(64, saying: ["64x"], of: try run("tune", "--backend", "opencl", "--shapes", "64x", "--quiet"))
        expectFailure(64, saying: ["--budget"], of: try run("tune", "--budget", "0"))
        expectFailure(64, saying: ["--limit"], of: try run("tune", "--limit", "0"))
        expectFailure(64, saying: ["--shapes"], of: try run("tune", "--shapes", "64", "--model", "mlp:1"))
        expectFailure(64, saying: ["CPU path"], of: try run("tune", "--backend", "cpu", "--quiet"))
        expectFailure(64, saying: ["--save"], of: try run("tune", "--save", "x"))
        expectFailure(64, saying: ["variants"], of: try run("plan", "--explain", "--backend", "cpu"))
    }
}
