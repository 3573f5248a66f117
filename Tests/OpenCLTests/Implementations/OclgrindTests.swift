#if compiler(>=6.2)
import Foundation
import MartletBackend
import MartletConformance
import MartletOpenCL
import MartletOps
import Testing

/// Every kernel under Oclgrind, which sees what no device shows: races, strays, and values that nothing has written.
///
/// Its exit status says nothing (release 21 has no --stop-errors): what it writes is what it found.
@Suite struct OclgrindTests {
    @Test(Implementation.oclgrind.whereInstalled) func everyKernelIsClean() async {
        await #expect(processExitsWith: .success) {
            let info = try Implementation.oclgrind.take()
            let cpu = try CheckTarget.cpu()[0].device
            var launched: Set<String> = []
            for deviceClass in DeviceClass.allCases {
                for isFollowed in [true, false] {
                    Implementation.oclgrind.set()
                    if !isFollowed { for name in ["UNINITIALIZED", "BUILD_OPTIONS"] { unsetenv("OCLGRIND_\(name)") } }
                    let messages = try messagesOfOclgrind {
                        // Work-groups take long: of their tiles the smallest, with the two buffers where a race would be.
                        let tile = "groups-1x1-deep32-double"
                        let tuning = Tuning(asked: deviceClass == .gpu ? ["\(tile)-split", tile] : [])
                        var run = OclgrindRun(try OpenCLDevice(info, deviceClass: deviceClass, tuning: tuning))
                        for operation in everyOperation.types {
                            try run.run(operation, on: cpu) { UnfollowedReads.contain($0, deviceClass) != isFollowed }
                        }
                        try run.runLimits()
                        launched.formUnion(run.kernels)
                        guard deviceClass == .gpu else { return }
                        // One product for each way in which factors lie, and convolutions, in vectors throughout.
                        let vectors = Tuning(asked: ["groups-4x4-deep8-float4-double"])
                        var wide = OclgrindRun(try OpenCLDevice(info, deviceClass: .gpu, tuning: vectors))
                        let isMeant = { (sample: Sample) in
                            let ends = sample.operands.map(\.shape.last)
                            return ends.count == 2 && ends.allSatisfy { $0 % 4 == 0 } && UnfollowedReads.contain(sample, .gpu) != isFollowed
                        }
                        try wide.run(Matmul.self, on: cpu) { $0.label.hasPrefix("4x8x20") && isMeant($0) }
                        try wide.run(Conv2D.self, on: cpu, where: isMeant)
                        try wide.run(Conv2DWeightGradient.self, on: cpu, where: isMeant)
                        // Tiles take the place of what few channels have without being asked.
                        var plain = OclgrindRun(try OpenCLDevice(info, deviceClass: .gpu, tuning: Tuning(asked: ["plain"])))
                        try plain.run(Conv2DInputGradient.self, on: cpu) { UnfollowedReads.contain($0, .gpu) != isFollowed }
                        launched.formUnion(plain.kernels)
                    }
                    #expect(messages.isEmpty, "\(messages.count) with kernels for \(deviceClass): \(messages.prefix(5).joined())")
                }
            }
            let all = try kernelsOfAllFiles()
            #expect(!all.isEmpty && launched.isSuperset(of: all), "not tried: \(all.subtracting(launched).sorted())")
        }
    }

    /// The same harness finds what is planted, and nothing in a kernel without a mistake.
    @Test(Implementation.oclgrind.whereInstalled) func plantedMistakesAreFound() async {
        await #expect(processExitsWith: .success) {
            let info = try Implementation.oclgrind.take()
            func messages(_ body: String) throws -> [String] {
                try messagesOfOclgrind {
                    let context = try OpenCLContext(info)
                    let program = try OpenCLProgram(
                        context, name: "planted.cl",
                        source: "kernel void planted(global float *a, local float *b) { uint i = get_local_id(0); \(body) }",
                        cache: .off)
                    let buffer = try context.makeBuffer(byteCount: 64, purpose: "a test")
                    try buffer.write([Float](repeating: 1, count: 16))
                    let kernel = try program.kernel("planted", [.buffer(buffer), .local(byteCount: 64)])
                    try context.enqueue(OpenCLLaunch(kernel, global: NDRange(16), local: NDRange(16)))
                    try context.finish()
                }
            }
            #expect(try messages("b[i] = a[i]; barrier(CLK_LOCAL_MEM_FENCE); a[i] = b[15 - i];") == [])
            #expect(try messages("b[i] = a[i]; a[i] = b[15 - i];").contains { $0.contains("data race") })
            #expect(try messages("a[i + 1] = 2;").contains { $0.contains("Invalid write") })
            #expect(try messages("float c[2]; c[i & 1] = 1; a[i] = c[0];").contains { $0.contains("Uninitialized value") })
            #expect(try messages("a[i] = b[i];").contains { $0.contains("Uninitialized value") })
        }
    }
}

/// What Oclgrind has to say of contexts that live only in `body`.
private func messagesOfOclgrind(_ body: () throws -> Void) throws -> [String] {
    try withTemporaryDirectory { directory in
        let log = "\(directory)/messages"
        setenv("OCLGRIND_LOG", log, 1)
        try body()
        let text = String(decoding: try readFile(log), as: UTF8.self)
        return text.components(separatedBy: "\n\n").filter { !$0.allSatisfy(\.isWhitespace) }
    }
}

private func kernelsOfAllFiles() throws -> Set<String> {
    var names: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: "\(checkout)/Kernels") where file.hasSuffix(".cl") {
        let text = String(decoding: try readFile("\(checkout)/Kernels/\(file)"), as: UTF8.self)
        for match in text.matches(of: /__kernel void (\w+)/) { names.insert(String(match.output.1)) }
    }
    return names
}
#endif
