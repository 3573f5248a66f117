import MartletFormats
import TestSupport
import Testing

/// `martlet bench` as a user runs it.
@Suite struct BenchCommandTests {
    @Test func objectsHaveTheirMembers() throws {
        let run = try Command.run([
            "bench", "gemm", "--backend", "cpu", "--shapes", "16,8x4x20:TN", "--rounds", "2", "--seconds", "0.01", "--json", "--quiet",
        ])
        #expect(run.code == 0, "\(run.error)")
        let rows = try run.rows()
        #expect(rows.count == 2)
        for row in rows {
            let members = try #require(row.members).map(\.name)
            #expect(members == [
                "case", "shape", "backend", "threads", "best", "median", "unit", "percentOfPeak", "verified", "opponents",
            ])
            #expect(row["verified"]?.bool == true && row["best"]?.double ?? 0 > 0)
            for opponent in row["opponents"]?.array ?? [] {
                #expect(opponent.members?.map(\.name) == ["name", "best", "median", "ratio"])
            }
        }
    }

    @Test func tableAndPage() throws {
        let folder = try TemporaryFolder()
        let page = folder.file("a page.html")
        let run = try Command.run([
            "bench", "gemm", "--backend", "cpu", "--shapes", "8,16", "--rounds", "2", "--seconds", "0.01", "--opponents", "none", "--report", page,
        ])
        #expect(run.code == 0 && run.output.contains("8x8x8 NN") && run.output.contains("GFLOP/s"), "\(run.error)")
        #expect(String(decoding: try File.read(page), as: UTF8.self).contains("<svg"))
    }

    @Test func startsAreMeasuredInChildren() throws {
        let run = try Command.run([
            "bench", "overhead", "--backend", "cpu", "--case", "first step", "--rounds", "1", "--seconds", "0.01", "--json", "--quiet",
        ])
        #expect(run.code == 0, "\(run.error)")
        #expect(try run.rows().map { $0["verified"]?.bool } == [true, true])
    }

    @Test func usageIsRefused() throws {
        let unknown = try Command.run(["bench", "gem"])
        #expect(unknown.code == 64 && unknown.error.contains("did you mean 'gemm'?"))
        for arguments in [["gemm", "--shapes", "64x"], ["gemm", "--opponents", "mkl"], ["all", "--shapes", "64"], ["gemm", "--rounds", "0"]] {
            #expect(try Command.run(["bench"] + arguments).code == 64)
        }
        #expect(try Command.run(["bench", "gemm", "--report", "/nonexistent/page.html"]).code == 73)
    }
}
