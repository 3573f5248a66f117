import MartletFormats
import TestSupport
import Testing

/// `martlet profile`, and `martlet train --trace`.
@Suite struct ProfileCommandTests {
    private static let run = ["--model", "mlp:8", "--batch-size", "100", "--backend", "cpu", "--threads", "2"]

    @Test func sharesOfAllOperations() throws {
        let run = try Command.run(["profile", "--steps", "20", "--json", "--quiet"] + Self.run)
        #expect(run.code == 0, "\(run.error)")
        let rows = try run.rows()
        let names = rows.compactMap { $0["name"]?.string }
        for name in ["matmul", "update", "gather"] { #expect(names.contains(name)) }
        let shares = rows.compactMap { $0["share"]?.double }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
        for row in rows {
            #expect(row.members?.map(\.name) == [
                "backend", "name", "launches", "microseconds", "share", "flops", "bytes", "gigaflops", "gigabytes", "percentOfPeak",
                "limitedBy",
            ])
        }
        let plan = try Command.run(["plan", "--json", "--model", "mlp:8", "--batch-size", "100"])
        let launches = try plan.rows().last?["launches"]?.int
        let counts = rows.compactMap { $0["launches"]?.int }
        #expect(counts.reduce(0, +) == launches)
    }

    @Test func launchesInOrder() throws {
        let run = try Command.run(["profile", "--steps", "2", "--launches"] + Self.run)
        #expect(run.code == 0 && run.output.contains("of peak") && run.output.contains("samples/s"), "\(run.error)")
    }

    @Test func traceOfTheFirstSteps() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a trace.json")
        let traced = try Command.run(
            ["train", "--epochs", "1", "--trace", path, "--trace-steps", "3", "--json", "--quiet"] + Self.run)
        #expect(traced.code == 0, "\(traced.error)")
        let plain = try Command.run(["train", "--epochs", "1", "--json", "--quiet"] + Self.run)
        #expect(try traced.rows().last?["weightsSHA256"] == plain.rows().last?["weightsSHA256"])
        let events = try #require(try JSONValue.read(path)["traceEvents"]?.array)
        let steps = events.filter { $0["cat"]?.string == "step" }.compactMap { $0["name"]?.string }
        #expect(steps == ["step 1", "step 2", "step 3"])
    }

    @Test func usageIsRefused() throws {
        for arguments in [["profile", "--steps", "0"], ["profile", "--save", "x"], ["train", "--trace-steps", "3"]] {
            #expect(try Command.run(arguments).code == 64)
        }
        #expect(try Command.run(["train", "--trace", "/nonexistent/trace.json"]).code == 73)
    }
}
