import MartletBackend
import MartletOpenCL
import Testing

extension OclgrindRun {
    /// Runs the benchmark suite's own kernels (`Kernels/limits.cl`), which no operation launches, at every width that it uses.
    mutating func runLimits() throws {
        for width in [1, 4, 8, 16] {
            let text = try OpenCLProgram.kernelText("limits.cl")
            let program = try OpenCLProgram(
                device.context, name: "limits.cl", source: text,
                options: device.context.device.buildOptions + " -D MARTLET_WIDTH=\(width)", cache: .off)
            let items = 4, steps = 3

            let ends = try buffer([Float](repeating: 0, count: 2 * items * width))
            try run(program, "chains", [.buffer(ends), .float(1), .float(0), .float(0.5), .float(3), .uint32(UInt32(steps))], items)
            let end = (0..<steps).reduce(1 as Float) { value, _ in (3 as Float).addingProduct(value, 0.5) }
            #expect(try ends.read(Float.self, count: 2 * items * width).allSatisfy { $0 == end })

            let perItem = 2, count = items * perItem * width
            let b = (0..<count).map(Float.init), c = b.map { 3 * $0 + 1 }
            for isAdjacent in [true, false] {
                let a = try buffer([Float](repeating: 0, count: count))
                try run(
                    program, "triad",
                    [.buffer(a), .buffer(try buffer(b)), .buffer(try buffer(c)), .float(0.5), .uint32(UInt32(perItem)), .uint32(isAdjacent ? 1 : 0)],
                    items)
                #expect(try a.read(Float.self, count: count) == zip(b, c).map { $0.addingProduct(0.5, $1) })
            }

            try run(program, "nothing", [.buffer(try buffer([0]))], items)
        }
    }

    private func buffer(_ values: [Float]) throws -> OpenCLBuffer {
        let buffer = try device.context.makeBuffer(byteCount: 4 * values.count, purpose: "limits.cl")
        try buffer.write(values)
        return buffer
    }

    private mutating func run(_ program: OpenCLProgram, _ name: String, _ arguments: [OpenCLArgument], _ items: Int) throws {
        let kernel = try program.kernel(name, arguments)
        try device.context.enqueue(OpenCLLaunch(kernel, global: NDRange(items), local: NDRange(device.deviceClass == .cpu ? 1 : items)))
        try device.context.finish()
        kernels.insert(name)
    }
}
