import MartletBackend
import MartletOpenCL
import Testing

@Suite(withDevice) struct ProgramTests {
    @Test func vectorsAreAdded() throws {
        let context = try openTestDevice()
        let program = try OpenCLProgram(
            context, name: "add.cl",
            source: """
                kernel void add(global const float* a, global const float* b, global float* c, uint n, float scale) {
                    uint i = get_global_id(0);
                    if (i < n) c[i] = (a[i] + b[i]) * scale;
                }
                """, cache: .off)
        let count = 1000
        let buffers = try (0..<3).map { try context.makeBuffer(byteCount: count * 4, purpose: "operand \($0)") }
        try buffers[0].write((0..<count).map(Float.init))
        try buffers[1].write([Float](repeating: 1, count: count))
        let add = try program.kernel("add", buffers.map { .buffer($0) } + [.uint32(UInt32(count)), .float(2)])
        let local = NDRange(8)
        let event = try context.enqueueWithEvent(
            OpenCLLaunch(add, global: NDRange(count).rounded(up: local), local: local))
        try event.wait()
        #expect(try event.isDone)
        #expect(try buffers[2].read(Float.self, count: count) == (0..<count).map { Float($0 + 1) * 2 })
        #expect(try add.largestWorkGroup > 0)
        #expect(try add.preferredWorkGroupMultiple > 0)
    }

    /// Every kind of argument arrives, in the form the kernel expects.
    @Test func argumentsArrive() throws {
        let context = try openTestDevice()
        let program = try OpenCLProgram(
            context, name: "arguments.cl",
            source: """
                kernel void arguments(global long* out, int a, uint b, ulong c, float d, local int* e, global int* f) {
                    e[0] = 7;
                    out[0] = a; out[1] = b; out[2] = (long)c; out[3] = (long)d; out[4] = e[0]; out[5] = f == 0;
                }
                """, cache: .off)
        let out = try context.makeBuffer(byteCount: 48, purpose: "results")
        let kernel = try program.kernel("arguments", [
            .buffer(out), .int32(-3), .uint32(.max), .uint64(1 << 40), .float(2.5), .local(byteCount: 64), .null,
        ])
        try context.enqueue(OpenCLLaunch(kernel, global: NDRange(1), local: NDRange(1)))
        #expect(try out.read(Int64.self, count: 6) == [-3, Int64(UInt32.max), 1 << 40, 2, 7, 1])
    }

    @Test func aBuildErrorNamesTheFileAndTheLine() throws {
        let context = try openTestDevice()
        let source = try SourceResolver.resolve(name: "kernel.cl") {
            [
                "kernel.cl": "#include \"Shared/wrong.h\"\nkernel void f() {}\n",
                "Shared/wrong.h": "// fine\n\nint f(int x) { return undeclared; }\n",
            ][$0]
        }
        let error = #expect(throws: DeviceError.self) {
            try OpenCLProgram(context, name: "kernel.cl", source: source, cache: .off)
        }
        guard case .build(let kernel, let log)? = error else {
            Issue.record("not a build error: \(error.map { "\($0)" } ?? "none")")
            return
        }
        #expect(kernel == "kernel.cl")
        #expect(log.contains("wrong.h:3"), "\(log)")
        #expect(log.contains("undeclared"), "\(log)")
    }

    @Test func mistakesAreErrorsWithNames() throws {
        let context = try openTestDevice()
        let program = try OpenCLProgram(
            context, name: "one.cl", source: "kernel void one(global int* out) { out[0] = 1; }", cache: .off)
        let missing = #expect(throws: DeviceError.self) { try program.kernel("two", []) }
        #expect("\(missing!)".contains("clCreateKernel failed with CL_INVALID_KERNEL_NAME (-46)"))
        #expect("\(missing!)".contains("'two'"))
        let wrong = #expect(throws: DeviceError.self) { try program.kernel("one", [.null, .int32(1)]) }
        #expect("\(wrong!)".contains("CL_INVALID_ARG_INDEX (-49)"))
        let unset = #expect(throws: DeviceError.self) {
            try context.enqueue(OpenCLLaunch(try program.kernel("one", []), global: NDRange(1)))
        }
        #expect("\(unset!)".contains("clEnqueueNDRangeKernel failed with CL_INVALID_KERNEL_ARGS (-52)"))
    }
}
