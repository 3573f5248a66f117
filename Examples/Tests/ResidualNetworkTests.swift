import Foundation
import Martlet
import Testing

@Suite struct ResidualNetworkTests {
    @Test func trainsAndReadsItsModelBack() throws {
        let folder = try Folder()
        var hashes: Set<Substring> = []
        for backend in backends {
            let program = try Program("ResidualNetwork", [folder.file("\(backend).safetensors"), backend, "3"])
            #expect(program.status() == 0, "\(program.err)")
            let lines = program.out.split(separator: "\n")
            // 1,437 samples in batches of 32, the loss of every hundredth step.
            #expect(lines.contains { $0.hasPrefix("epoch 3: ") && $0.contains("recall of 2 ") }, "\(program.out)")
            #expect(lines.count { $0.hasPrefix("  step ") } == 1, "\(program.out)")
            #expect(lines.last == "read back, it predicts the same bits", "\(program.out)")
            hashes.insert(try #require(lines.last { $0.hasPrefix("weights' SHA-256 ") }))
        }
        #expect(hashes.count == 1)
        // A program that does not know the layer says so.
        let error = #expect(throws: TrainingError.self) { try ModelFile.read(folder.file("cpu.safetensors")) }
        #expect(error?.description.contains("layer_scale") == true)
    }

    @Test func interruption() throws {
        let folder = try Folder()
        let program = try Program("ResidualNetwork", [folder.file("a.safetensors"), "cpu", "100000"])
        while !program.out.contains("epoch 1"), program.process.isRunning { usleep(10_000) }
        kill(program.process.processIdentifier, SIGINT)
        #expect(program.status() == 0, "\(program.err)")
        #expect(program.out.contains("interrupted in epoch") && program.out.contains("the same bits"), "\(program.out)")
    }
}
