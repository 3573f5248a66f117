internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

extension Matmul: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (a, b, c) = (launch.operands[0], launch.operands[1], launch.results[0])
        let (rows, columns, inner) = extents(a.type.shape, b.type.shape)
        let products = products(a.type.shape, b.type.shape)
        guard rows > 0, columns > 0, !products.isEmpty else { return }
        let pool = builder.pool
        var arguments = martlet_gemm_arguments()
        (arguments.m, arguments.n, arguments.k) = (rows, columns, inner)
        (arguments.a, arguments.a_stride, arguments.transpose_a) = (UnsafePointer(builder.floats(a)), a.type.shape.last, transposeA)
        (arguments.b, arguments.b_stride, arguments.transpose_b) = (UnsafePointer(builder.floats(b)), b.type.shape.last, transposeB)
        (arguments.c, arguments.c_stride) = (builder.floats(c), columns)
        (arguments.alpha, arguments.beta) = (1, 0)
        arguments.segment_length = segmentLength(rows: rows, columns: columns, inner: inner)

        let epilogue = try builder.epilogue(epilogue, of: launch, rows: products.count * rows, columns: columns)
        arguments.epilogue = epilogue?.function
        arguments.epilogue_context = epilogue?.context
        // Scratch: the product's, then one piece for each worker's epilogue.
        let productScratch = (martlet_gemm_scratch_bytes(pool.kernels, &arguments, Int32(pool.threads)) + 63) / 64 * 64
        let memory = builder.memory
        memory.needScratch(productScratch + (epilogue?.scratchBytes ?? 0))
        for (number, product) in products.enumerated() {
            arguments.a = UnsafePointer(builder.floats(a) + product.a * rows * inner)
            arguments.b = UnsafePointer(builder.floats(b) + product.b * inner * columns)
            arguments.c = builder.floats(c) + number * rows * columns
            let kept = memory.keep([arguments])
            builder.add {
                kept.pointee.scratch = productScratch > 0 ? memory.scratch : nil
                epilogue?.use(memory.scratch.map { $0 + productScratch }, firstRow: number * rows)
                martlet_gemm(pool.kernels, pool.raw, kept)
            }
        }
    }
}
