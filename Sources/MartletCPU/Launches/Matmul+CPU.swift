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

        // Scratch: the product's, then one piece for each worker's epilogue.
        var context: UnsafeMutablePointer<EpilogueContext>?
        var workerScratch = 0
        if epilogue != .identity {
            let product = martlet_operand(values: UnsafePointer(arguments.c), row_stride: columns, column_stride: 1)
            // The rows of all products, one after the other.
            let allRows = products.count * rows
            let extra = try builder.operands(
                Array(launch.operands.dropFirst(2)), rows: allRows, columns: columns, shape: c.type.shape)
            let program = PointwiseProgram(epilogue, [product] + extra, rows: allRows, columns: columns, in: builder)
            workerScratch = program.workerScratch
            context = builder.memory.keep([
                EpilogueContext(kernels: pool.kernels, program: program.raw, firstRow: 0, scratch: nil, workerScratch: workerScratch)
            ])
            arguments.epilogue = runEpilogue
            arguments.epilogue_context = UnsafeMutableRawPointer(context)
        }
        let productScratch = (martlet_gemm_scratch_bytes(pool.kernels, &arguments, Int32(pool.threads)) + 63) / 64 * 64
        let memory = builder.memory
        memory.needScratch(productScratch + workerScratch * pool.threads)
        for (number, product) in products.enumerated() {
            arguments.a = UnsafePointer(builder.floats(a) + product.a * rows * inner)
            arguments.b = UnsafePointer(builder.floats(b) + product.b * inner * columns)
            arguments.c = builder.floats(c) + number * rows * columns
            let kept = memory.keep([arguments])
            builder.add {
                kept.pointee.scratch = productScratch > 0 ? memory.scratch : nil
                context?.pointee.scratch = memory.scratch.map { $0 + productScratch }
                context?.pointee.firstRow = number * rows
                martlet_gemm(pool.kernels, pool.raw, kept)
            }
        }
    }
}

/// What the epilogue of a product needs, behind the pointer that C hands on.
private struct EpilogueContext: BitwiseCopyable {
    let kernels: OpaquePointer
    let program: UnsafeMutablePointer<martlet_program>
    /// The product's first row among those of all products.
    var firstRow: Int
    var scratch: UnsafeMutableRawPointer?
    let workerScratch: Int
}

/// Runs the epilogue's program over a finished block of the product, in place.
private let runEpilogue: martlet_gemm_epilogue = { context, row, rows, column, columns, values, stride, worker in
    let epilogue = context!.assumingMemoryBound(to: EpilogueContext.self)
    let scratch = epilogue.pointee.scratch.map { $0 + Int(worker) * epilogue.pointee.workerScratch }
    martlet_program_run_block(
        epilogue.pointee.kernels, epilogue.pointee.program, epilogue.pointee.firstRow + row, rows, column, columns, values, stride, scratch)
}

extension LaunchBuilder {
    /// Operands broadcast to a matrix, with their strides; one that rows and columns cannot express is stretched first.
    mutating func operands(_ slots: [Slot], rows: Int, columns: Int, shape: Shape) throws(DeviceError) -> [martlet_operand] {
        var result: [martlet_operand] = []
        for slot in slots {
            if let operand = matrixOperand(slot, rows: rows, columns: columns, shape: shape) {
                result.append(operand)
            } else {
                let whole = try materialise(.identity, [slot], shape: shape)
                result.append(martlet_operand(values: UnsafePointer(whole), row_stride: columns, column_stride: 1))
            }
        }
        return result
    }

    /// The strides along rows and columns of an operand that is broadcast to `shape`, seen as rows x columns.
    private func matrixOperand(_ slot: Slot, rows: Int, columns: Int, shape: Shape) -> martlet_operand? {
        let broadcast = Broadcast([slot.type.shape], to: shape)
        let (extents, strides) = (broadcast.extents, broadcast.strides[0])
        let values = UnsafePointer(floats(slot))
        if extents.count == 1 {
            return martlet_operand(values: values, row_stride: columns * strides[0], column_stride: strides[0])
        }
        guard extents == [rows, columns] else { return nil }
        return martlet_operand(values: values, row_stride: strides[0], column_stride: strides[1])
    }
}
