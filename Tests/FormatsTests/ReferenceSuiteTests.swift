import MartletCore
import MartletFormats
import TestSupport
import Testing

@Suite struct ReferenceOutputTests {
    let output = ReferenceOutput(shape: [4], values: [1, .infinity, .nan, -2], rtol: 0.25, atol: 0.25)

    @Test func errorIsAMultipleOfTheTolerance() {
        #expect(output.compare([1, .infinity, .nan, -2] as [Float]).worst == 0)
        #expect(output.compare([1.25, .infinity, .nan, -2] as [Float]) == .init(worst: 0.5, index: 0))
        #expect(output.compare([1.25, .infinity, .nan, -3.5]) == .init(worst: 2, index: 3))
        #expect(!output.compare([1.25, .infinity, .nan, -3.5]).isWithin)
    }

    @Test func infinitiesAndNaNMustMeet() {
        for got in [
            [1, -.infinity, .nan, -2], [1, .infinity, 0, -2], [.nan, .infinity, .nan, -2], [1, 1e300, .nan, -2], [1],
        ] as [[Double]] {
            #expect(output.compare(got).worst == .infinity)
        }
    }

    @Test func maskAndExactness() {
        let masked = ReferenceOutput(shape: [2], values: [1, 2], rtol: 0, atol: 1, mask: [false, true])
        #expect(masked.compare([.nan, 2.5]) == .init(worst: 0.5, index: 1))
        let exact = ReferenceOutput(shape: [1], values: [3], rtol: 1, atol: 1, isExact: true)
        #expect(exact.compare([3.0]).isWithin && exact.compare([3.5]).worst == .infinity)
    }
}

@Suite struct ReferenceSuiteTests {
    @Test(.enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"))
    func readsEveryCase() throws {
        let suite = try ReferenceSuite.read(Shared.path("reference"))
        #expect(suite.cases.count == 400)
        let outputs = suite.cases.flatMap(\.outputs.values)
        #expect(outputs.count == 754)
        #expect(outputs.count(where: { $0.mask != nil }) == 34)
        #expect(outputs.count(where: { $0.float32Run != nil }) == 34)
        #expect(outputs.count(where: \.isExact) == 4)
        #expect(outputs.allSatisfy { $0.compare($0.values).worst == 0 })
        #expect(suite.cases.contains { $0.op == "max_pool2d" && $0.attrs.members?.isEmpty == false })
        let losses = try ReferenceSuite.read(Shared.path("reference"), groups: ["losses"])
        #expect(losses.cases.count == 94)
        #expect(losses.cases[0].inputs["target"]?.dtype == .int32)
    }

    @Test(.enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"))
    func everyTensorFileIsWrittenAsItWasRead() throws {
        for group in ["conv2d", "losses", "matmul"] {
            let read = try SafeTensors.read(Shared.path("reference/\(group).safetensors"))
            let again = try SafeTensors(parsing: read.bytes, path: group)
            #expect(again.names == read.names)
            for (name, array) in read.tensors { #expect(again[name] == array) }
        }
    }

    @Test func errors() throws {
        let folder = try TemporaryFolder()
        expectError(naming: "index.json", "no such file") { _ = try ReferenceSuite.read(folder.path) }
        _ = try folder.write("{}", to: "index.json")
        expectError(naming: "index.json", "'groups'") { _ = try ReferenceSuite.read(folder.path) }
        _ = try folder.write(#"{"groups":[{"name":"g","json":"g.json","tensors":"g.safetensors"}]}"#, to: "index.json")
        try SafeTensors([("c.x", HostArray([1], [1 as Float]))]).write(to: folder.file("g.safetensors"))
        expectError(naming: "unknown reference group 'h'", exitCode: 64) {
            _ = try ReferenceSuite.read(folder.path, groups: ["h"])
        }
        for (cases, part) in [
            (#"{"op":"o"}"#, "an 'id' and an 'op'"),
            (#"{"id":"c","op":"o","inputs":{"x":"c.y"}}"#, "did you mean 'c.x'"),
            (#"{"id":"c","op":"o","outputs":{"x":{"tensor":"c.x"}}}"#, "'rtol' and 'atol'"),
        ] {
            _ = try folder.write("{\"cases\":[\(cases)]}", to: "g.json")
            expectError(naming: folder.path, part) { _ = try ReferenceSuite.read(folder.path) }
        }
    }
}
