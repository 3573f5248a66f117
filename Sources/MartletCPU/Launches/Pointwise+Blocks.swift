internal import CMartletCPU
import MartletOps

extension LaunchBuilder {
    /// An expression without random numbers over a shape that takes several blocks of rows and columns.
    mutating func runBlocks(_ expression: Expression, _ view: RowView, into out: UnsafeMutablePointer<Float>) {
        let (memory, pool, count) = (memory, pool, view.blocks.count)
        let program = PointwiseProgram(expression, blocks: view.blocks, rows: view.rows, columns: view.columns, in: self)
        memory.needScratch(program.workerScratch * pool.threads)
        let elements = view.rows * view.columns
        let shares = min(count, 4 * pool.threads)
        if count < shares * 2 {
            // Few blocks: each is shared by all workers.
            add {
                for block in 0..<count {
                    martlet_program_run(pool.kernels, pool.raw, program.raw + block, out + block * elements, memory.scratch)
                }
            }
            return
        }
        // Many: they are shared out whole, so that small ones cost no visit to the pool each.
        let context = memory.keep([
            BlockContext(
                kernels: pool.kernels, programs: program.raw, count: count, shares: shares, elements: elements, columns: view.columns,
                out: out, scratch: nil, workerScratch: program.workerScratch)
        ])
        add {
            context.pointee.scratch = memory.scratch
            martlet_pool_run(pool.raw, runShare, context, shares)
        }
    }
}

/// What a worker needs to run blocks, behind the pointer that C hands on.
private struct BlockContext: BitwiseCopyable {
    let kernels: OpaquePointer
    let programs: UnsafeMutablePointer<martlet_program>
    let count: Int
    let shares: Int
    let elements: Int
    let columns: Int
    let out: UnsafeMutablePointer<Float>
    var scratch: UnsafeMutableRawPointer?
    let workerScratch: Int
}

/// Runs one share of the blocks on the calling worker.
private let runShare: @convention(c) (UnsafeMutableRawPointer?, Int, Int32) -> Void = { context, share, worker in
    let blocks = context!.assumingMemoryBound(to: BlockContext.self).pointee
    let scratch = blocks.scratch.map { $0 + Int(worker) * blocks.workerScratch }
    for block in blocks.count * share / blocks.shares ..< blocks.count * (share + 1) / blocks.shares {
        let program = blocks.programs + block
        martlet_program_run_block(
            blocks.kernels, program, 0, program.pointee.rows, 0, blocks.columns, blocks.out + block * blocks.elements,
            blocks.columns, scratch)
    }
}
