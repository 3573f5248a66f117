import Foundation
import MartletOpenCL
import Testing

/// The folder Kernels/ of this checkout.
private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Kernels").standardized

private func embedded() -> [String: String] {
    Dictionary(uniqueKeysWithValues: embeddedKernels.map { ("\($0.name)", "\($0.text)") })
}

@Suite("Embedded kernels") struct EmbeddedTests {
    @Test func everyFileIsEmbeddedAsItStands() throws {
        let manager = FileManager.default
        let kernels = try manager.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".cl") }
        let others = try [("OpenCL", ".h"), ("Shared", ".h"), ("Tuning", ".tuning")].flatMap { subfolder, suffix in
            try manager.contentsOfDirectory(atPath: folder.appending(path: subfolder).path)
                .filter { $0.hasSuffix(suffix) }.map { "\(subfolder)/\($0)" }
        }
        let texts = embedded()
        #expect(Set(texts.keys) == Set(kernels + others), "the plugin EmbedKernels does not see every file")
        for (name, text) in texts {
            let file = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(file == text, "\(name) was edited, but the program was not built again")
        }
    }

    @Test func everyTextIsASCII() {
        for (name, text) in embedded() {
            #expect(text.utf8.allSatisfy { $0 < 128 }, "\(name): OpenCL compilers differ over other characters")
        }
    }

    /// A kernel's text is put together from these: an include that is not embedded would not be found.
    @Test func everyIncludeIsEmbedded() {
        let texts = embedded()
        for (name, text) in texts {
            for line in text.split(separator: "\n") where line.hasPrefix("#include \"") {
                let included = String(line.split(separator: "\"")[1])
                #expect(texts[included] != nil, "\(name) includes \(included)")
            }
        }
    }
}
