import Foundation
import MartletOpenCL
import Testing

/// Kernels as clang compiles them for NVIDIA's GPUs, to be counted. No GPU is needed, and none runs them: it is not NVIDIA's own
/// compiler, so what it says is what the source allows, such as that sums can stay in registers.
struct PTX {
    /// By the name of the kernel.
    private let bodies: [String: Substring]

    /// How often an instruction, such as `bar.sync`, is in a kernel; nil where there is no such kernel.
    func count(_ instruction: String, in kernel: String) -> Int? {
        bodies[kernel].map { $0.components(separatedBy: "\t\(instruction) ").count - 1 }
    }

    /// Whether a kernel has memory of its own: for what is not in registers, or a call.
    func usesMemory(_ kernel: String) -> Bool { bodies[kernel].map { $0.contains(".local") || $0.contains("call") } ?? true }

    /// Compiles a file of `Kernels/`.
    init(_ file: String, defines: [String]) throws {
        let text = try OpenCLProgram.kernelText(file)
        let code = try withTemporaryDirectory { directory in
            let (source, result) = ("\(directory)/kernel.cl", "\(directory)/kernel.ptx")
            try writeFile(source, Array((Self.builtins + text).utf8))
            let process = Process()
            process.executableURL = URL(filePath: try #require(Self.compiler))
            process.arguments = [
                "-x", "cl", "-cl-std=CL1.2", "-Xclang", "-finclude-default-header", "-target", "nvptx64-nvidia-nvcl",
                "-Xclang", "-target-cpu", "-Xclang", "sm_80", "-O3", "-ffp-contract=off", "-w", "-S", source, "-o", result,
            ] + defines.map { "-D\($0)" }
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "clang does not compile \(file) with \(defines)")
            return String(decoding: try readFile(result), as: UTF8.self)
        }
        var bodies: [String: Substring] = [:]
        for match in code.matches(of: /\.entry (\w+)\((?s:.*?)\n}\n/) { bodies[String(match.output.1)] = match.output.0 }
        self.bodies = bodies
    }

    /// What the driver's own library would bring.
    private static let builtins = """
        #define MARTLET_OF(name, d) ((d) == 0 ? __nvvm_read_ptx_sreg_##name##_x() : (d) == 1 ? __nvvm_read_ptx_sreg_##name##_y() \\
            : __nvvm_read_ptx_sreg_##name##_z())
        #define get_local_id(d) ((size_t)MARTLET_OF(tid, d))
        #define get_group_id(d) ((size_t)MARTLET_OF(ctaid, d))
        #define get_local_size(d) ((size_t)MARTLET_OF(ntid, d))
        #define get_global_id(d) (get_group_id(d) * get_local_size(d) + get_local_id(d))
        #define barrier(fence) __syncthreads()
        #define fma(a, b, c) __builtin_fmaf(a, b, c)
        #define min(a, b) ((a) < (b) ? (a) : (b))

        """

    /// The first clang that knows the target. (The one that comes with Swift does not.)
    private static let compiler: String? = {
        let numbered = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        let folders = numbered.filter { $0.hasPrefix("llvm-") }.sorted().reversed().map { "/usr/lib/\($0)/bin" }
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { "\($0)/clang" }.first { FileManager.default.isExecutableFile(atPath: $0) && targets(of: $0).contains("nvptx64") }
    }()

    private static func targets(of clang: String) -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(filePath: clang)
        process.arguments = ["--print-targets"]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "" }
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    static let whereCompiled = ConditionTrait.enabled("there is no clang that compiles for NVPTX here (Debian: apt-get install clang)") {
        compiler != nil
    }
}
