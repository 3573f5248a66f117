import Foundation
import Martlet
import MartletRuns
import TestSupport
import Testing

/// TensorBoard's own reader finds in a run's folder what the run measured.
@Suite struct TensorBoardTests {
    /// A Python that has TensorBoard: `MARTLET_PYTHON`, else `python3`.
    static let python: String? = {
        let candidates = [ProcessInfo.processInfo.environment["MARTLET_PYTHON"], "python3"].compactMap(\.self)
        return candidates.first { (try? run($0, "import tensorboard.backend.event_processing.event_accumulator"))?.status == 0 }
    }()

    private static func run(_ python: String, _ script: String, _ arguments: [String] = []) throws -> (status: Int32, out: String) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, "-c", script] + arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let out = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: out, as: UTF8.self))
    }

    private static let script = """
        import json, sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        log = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'histograms': 0, 'images': 0})
        log.Reload()
        tags = log.Tags()
        print(json.dumps({
            'scalars': {tag: [[e.step, e.value] for e in log.Scalars(tag)] for tag in tags['scalars']},
            'histograms': {tag: [[e.step, e.histogram_value.min, e.histogram_value.max, e.histogram_value.num,
                                  list(e.histogram_value.bucket)] for e in log.Histograms(tag)] for tag in tags['histograms']},
            'images': {tag: [[e.step, e.width, e.height] for e in log.Images(tag)] for tag in tags['images']}}))
        """

    @Test(.enabled(if: python != nil, "needs a Python with the package tensorboard: python3, or MARTLET_PYTHON"))
    func readerFindsWhatWasMeasured() throws {
        let place = try TemporaryFolder()
        let folder = RunFolder(place.file("a run"))
        let record = try Runs.record(try Runs.perceptron([16]), epochs: 2, rate: .every(10), folder: folder)
        let (status, out) = try Self.run(try #require(Self.python), Self.script, [folder.path])
        #expect(status == 0)
        let read = try JSONValue(parsing: out.utf8, path: "the reader's output")
        func scalars(_ tag: String) -> [[Double]] { read["scalars"]?[tag]?.array?.compactMap(\.doubles) ?? [] }

        #expect(scalars("loss/train") == record.epochs.map { [Double($0.iterations), Double(Float($0.train.loss))] })
        #expect(scalars("accuracy/test").count == 2)
        #expect(scalars("loss/step") == record.steps.map { [Double($0.iteration), Double(Float($0.loss))] })
        let looks = record.statistics.filter { !$0.parameters.isEmpty }
        #expect(scalars("gradient_norm/0.weight") == looks.map { [Double($0.iteration), Double(Float($0.parameters[0].gradientNorm))] })
        #expect(scalars("dead/1_relu").count == record.statistics.count)

        let histograms = try #require(read["histograms"]?["activations/1_relu"]?.array)
        #expect(histograms.count == record.statistics.count)
        for (histogram, look) in zip(histograms, record.statistics) {
            let values = look.layers[0].values
            #expect(histogram[0]?.int == look.iteration && histogram[1]?.double == values.low && histogram[2]?.double == values.high)
            #expect(histogram[3]?.double == values.counts.reduce(0, +) && histogram[4]?.doubles == values.counts)
        }
        #expect(read["images"]?["filters"]?[0]?.ints == [46, 73, 19])
    }
}
