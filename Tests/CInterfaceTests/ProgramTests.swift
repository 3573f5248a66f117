import Foundation
import MartletFormats
import MartletOps
import TestSupport
import Testing

/// The programs of Tests/C, built with every warning and run under AddressSanitizer against the shared library.
@Suite struct ProgramTests {
    static let canRun = Tools.clang != nil && Sanitized.works

    @Test(.enabled(if: canRun, "needs clang with AddressSanitizer"), arguments: ["tensors", "refusals", "models", "threads"])
    func runsOnTheCPUPath(program: String) throws {
        let built = try Sanitized(program)
        let outcome = try built.run("cpu", leaks: true)
        #expect(outcome.status == 0, "\(outcome.err)")
    }

    /// The program of README.md, word for word.
    @Test(.enabled(if: canRun, "needs clang with AddressSanitizer")) func readme() throws {
        let folder = try TemporaryFolder()
        let outcome = try Sanitized(source: folder.write(block("c", of: "README.md").utf8, to: "readme.c")).run("cpu", leaks: true)
        #expect(outcome.status == 0 && outcome.out == "5 11 11 25\n", "\(outcome.err)")
    }

    /// The programs of the article, word for word: one in C and one in Python, which end with the same weights.
    @Test(.enabled(if: canRun && Tools.python != nil, "needs clang with AddressSanitizer, and python3 with numpy")) func article() throws {
        let (article, folder) = ("Sources/Martlet/Martlet.docc/EmbeddingInCAndPython.md", try TemporaryFolder())
        let c = try Sanitized(source: folder.write(block("c", of: article).utf8, to: "xor.c")).run("cpu", leaks: true)
        try #require(c.status == 0, "\(c.err)")
        #expect(c.out.contains("0 xor 0 = 0\n0 xor 1 = 1\n1 xor 0 = 1\n1 xor 1 = 0\n"), "\(c.out)")
        let program = try folder.write(block("python", of: article).utf8, to: "xor.py")
        let python = try Tools.run(
            try #require(Tools.python), ["-B", program],
            environment: ["MARTLET_LIBRARY": Tools.library, "PYTHONPATH": "\(Tools.root)/Examples/Python"])
        try #require(python.status == 0, "\(python.err)")
        #expect(python.out.contains("[0 1 1 0]"), "\(python.out)")
        #expect(c.out.split(separator: "\n").last == python.out.split(separator: "\n").last)
    }

    /// The first block of a language in a page.
    private func block(_ language: String, of page: String) throws -> Substring {
        let text = try String(contentsOfFile: "\(Tools.root)/\(page)", encoding: .utf8)
        let start = try #require(text.range(of: "```\(language)\n"))
        let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
        return text[start.upperBound..<end.lowerBound]
    }

    /// Drivers leak, so that leaks are not looked for.
    @Test(.enabled(if: canRun && Sanitized.hasOpenCL, "needs clang with AddressSanitizer, and an OpenCL device"), arguments: ["tensors", "models"])
    func runsThroughOpenCL(program: String) throws {
        let built = try Sanitized(program)
        let outcome = try built.run("opencl", leaks: false)
        #expect(outcome.status == 0, "\(outcome.err)")
    }

    @Test(.enabled(if: canRun, "needs clang with AddressSanitizer")) func everyOperationCanBeCalledAndIsListed() throws {
        let outcome = try Sanitized("operations").run("cpu", leaks: true)
        #expect(outcome.status == 0, "\(outcome.err)")
        let listed = try outcome.out.split(separator: "\n").map { try JSONValue(parsing: $0.utf8, path: "list") }
        let names = listed.compactMap { $0["name"]?.string }
        #expect(Set(names).count == listed.count)
        #expect(Set(PointwiseFunction.all.map(\.name)).isSubset(of: names))
        // A new row of the table is called by name, or named here as a part of training or of a gradient, or the user's own.
        let inner: Set = [
            "softmax_cross_entropy_gradient", "gather_gradient", "batch_indices", "image_batch", "accumulate", "finite_scan", "update", "commit",
            "custom",
        ]
        let behind = Set(listed.flatMap { $0["table"]?.strings ?? [] })
        let table = Set(everyOperation.types.map { $0.name } + everyComposite.map { $0.name })
        #expect(behind == table.subtracting(inner))
    }
}

/// A program of Tests/C, or another one in C.
final class Sanitized {
    private let folder: TemporaryFolder
    private let path: String

    convenience init(_ name: String) throws { try self.init(source: "\(Tools.root)/Tests/C/\(name).c") }

    init(source: String) throws {
        folder = try TemporaryFolder()
        // As an installation has it: the linker's name, and the soname.
        for link in ["libmartlet.so", "libmartlet.so.1"] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(link), withDestinationPath: Tools.library)
        }
        // What is made once and held by bits of an enum looks like a leak.
        _ = try folder.write("leak:_WZ$\n", to: "suppressions")
        path = folder.file("program")
        let outcome = try Tools.run(
            try #require(Tools.clang),
            [
                "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-g", "-fsanitize=address,undefined", "-fuse-ld=lld",
                "-I\(Tools.headers)", source, "-L\(folder.path)", "-lmartlet", "-lpthread", "-lm",
                "-Wl,-rpath,\(folder.path)", "-o", path,
            ])
        try #require(outcome.status == 0, "\(outcome.err)")
    }

    func run(_ selection: String, leaks: Bool) throws -> Tools.Outcome {
        var environment = [
            "ASAN_OPTIONS": "detect_leaks=\(leaks ? 1 : 0)", "UBSAN_OPTIONS": "halt_on_error=1",
            "LSAN_OPTIONS": "print_suppressions=0:suppressions='\(folder.file("suppressions"))'",
        ]
        // Drivers that are looked at leak, too.
        if leaks { environment["MARTLET_OPENCL_LIBRARY"] = folder.file("none") }
        return try Tools.run(path, [selection, folder.file("model.safetensors")], in: folder.path, environment: environment)
    }

    /// Whether a sanitized program can be built and run here.
    static let works: Bool = {
        guard let clang = Tools.clang, let folder = try? TemporaryFolder(),
            let source = try? folder.write("int main(void) { return 0; }\n", to: "nothing.c")
        else { return false }
        let built = try? Tools.run(clang, ["-fsanitize=address,undefined", "-fuse-ld=lld", source, "-o", folder.file("nothing")])
        return built?.status == 0 && (try? Tools.run(folder.file("nothing"), []))?.status == 0
    }()

    static let hasOpenCL = (try? Tools.run(
        "\(Tools.built)/martlet", ["train", "--epochs", "0", "--model", "mlp", "--backend", "opencl"]))?.status == 0
}
