import MartletBenchmark
import MartletTraining
import Testing

/// The grammars of `--shapes` and `--opponents`.
@Suite struct ShapeTests {
    @Test func products() throws {
        let shapes = try GemmShape.parse("64x512x784:NT,1024,fc1,5:TT")
        #expect(shapes.map(\.description) == ["64x512x784 NT", "1024x1024x1024 NN", "64x512x784 NN", "5x5x5 TT"])
        #expect(shapes[0].transposeB && !shapes[0].transposeA && shapes[2].label == "fc1")
    }

    @Test(arguments: ["", "64x", "64x64", "0", "-3", "64:XX", "64:NN:NN", "70000", "1x2x3x4", "64,,64", "fc9", "64.5"])
    func noProducts(_ text: String) {
        #expect(throws: TrainingError.self) { try GemmShape.parse(text) }
    }

    @Test func convolutions() throws {
        let shapes = try ConvolutionShape.parse("64x28x1x32,128x8x64x64:same,2x9x3x4:valid:5")
        #expect(shapes.map(\.description) == ["64x28x1x32 3x3 valid", "128x8x64x64 3x3 same", "2x9x3x4 5x5 valid"])
    }

    @Test(arguments: ["", "64x28x1", "0x8x1x1", "1x2x1x1", "1x8x1x1:half", "1x8x1x1:same:4", "1x8x1x1:valid:9", "1x8x1x1:valid:3:3"])
    func noConvolutions(_ text: String) {
        #expect(throws: TrainingError.self) { try ConvolutionShape.parse(text) }
    }

    @Test(arguments: ["64k,x", "0", "300M", "-1", "1,", "9999999999999999999"])
    func noSizes(_ text: String) {
        #expect(throws: TrainingError.self) { try Benchmark(BenchmarkOptions(suites: [.ops], shapes: text)) }
    }

    @Test func shapesBelongToOneSuite() {
        for suites in [[BenchmarkSuite.limits], [.size], [.overhead], [.gemm, .conv]] {
            #expect(throws: TrainingError.self) { try Benchmark(BenchmarkOptions(suites: suites, shapes: "64")) }
        }
        #expect(throws: TrainingError.self) { try Benchmark(BenchmarkOptions(suites: [.gemm], schedule: Schedule(rounds: 0))) }
        #expect(throws: TrainingError.self) { try Benchmark(BenchmarkOptions(suites: [.gemm], schedule: Schedule(seconds: .nan))) }
    }

    @Test func opponents() throws {
        #expect(try OpponentSelection(parsing: "none") == .none)
        #expect(try OpponentSelection(parsing: "onednn,clblast") == .some([.onednn, .clblast]))
        let error = try #require(throws: TrainingError.self) { try OpponentSelection(parsing: "openblass") }
        #expect("\(error)".contains("did you mean 'openblas'?"))
    }

    @Test func absentOpponentsAreNamedOnce() throws {
        var notes: [String] = []
        let opponents = Opponents(try OpponentSelection(parsing: "onednn,openblas"), threads: 1, note: { notes.append($0) }) {
            ($0 == .openblas, $0 == .openblas ? "0.0.0" : "no such file")
        }
        for _ in 0..<3 { #expect(!opponents.has(.onednn) && opponents.has(.openblas) && !opponents.has(.clblast)) }
        #expect(notes == ["absent: onednn (no such file)", "opponent: openblas 0.0.0"])
    }
}
