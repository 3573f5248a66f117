internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

/// An expression that a kernel runs over each finished block of its result, in place.
struct Epilogue {
    fileprivate let raw: UnsafeMutablePointer<EpilogueContext>
    /// Of all workers.
    let scratchBytes: Int

    var function: martlet_gemm_epilogue { runEpilogue }
    var context: UnsafeMutableRawPointer { UnsafeMutableRawPointer(raw) }

    /// To be called before each launch.
    /// - Parameter firstRow: where the kernel's rows begin among those of the whole result.
    func use(_ scratch: UnsafeMutableRawPointer?, firstRow: Int = 0) {
        raw.pointee.scratch = scratch
        raw.pointee.firstRow = firstRow
    }
}

extension LaunchBuilder {
    /// The epilogue of a launch whose first result is rows x columns; nil where it has none. Operands from the third on are
    /// those of the expression from 1 on.
    mutating func epilogue(_ expression: Expression, of launch: Launch, rows: Int, columns: Int) throws(DeviceError) -> Epilogue? {
        guard expression != .identity else { return nil }
        let result = launch.results[0]
        let sums = martlet_operand(values: UnsafePointer(floats(result)), row_stride: columns, column_stride: 1)
        let extra = try operands(Array(launch.operands.dropFirst(2)), rows: rows, columns: columns, shape: result.type.shape)
        let program = PointwiseProgram(expression, [sums] + extra, rows: rows, columns: columns, in: self)
        let context = memory.keep([
            EpilogueContext(
                kernels: pool.kernels, program: program.raw, firstRow: 0, scratch: nil, workerScratch: program.workerScratch)
        ])
        return Epilogue(raw: context, scratchBytes: program.workerScratch * pool.threads)
    }
}

/// What an epilogue needs, behind the pointer that C hands on.
fileprivate struct EpilogueContext: BitwiseCopyable {
    let kernels: OpaquePointer
    let program: UnsafeMutablePointer<martlet_program>
    var firstRow: Int
    var scratch: UnsafeMutableRawPointer?
    let workerScratch: Int
}

/// Runs the program over a finished block.
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
