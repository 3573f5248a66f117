internal import CMartletCPU

/// A launch that takes each row by itself, so that others like it may take turns with it row by row.
struct RowStage {
    /// Nil for one long row that may be cut into any number of equal ones.
    let rows: Int?
    /// What it computes, of all rows.
    let elements: Int
    let accesses: [RowAccess]
    let raw: martlet_row_stage
    /// Nil for a reduction.
    var program: UnsafeMutablePointer<martlet_program>? { raw.reduction == nil ? UnsafeMutablePointer(mutating: raw.program) : nil }

    /// Programs over one row, or over rows whose operands go from row to row.
    init?(_ program: UnsafePointer<martlet_program>, into out: UnsafeMutablePointer<Float>) {
        let (rows, columns) = (program.pointee.rows, program.pointee.columns)
        guard var accesses = RowAccess.operands(of: program) else { return nil }
        let pitch = rows == 1 ? nil : 4 * columns
        accesses.append(RowAccess(begin: UnsafeRawPointer(out), bytes: 4 * rows * columns, pitch: pitch, isWritten: true))
        self.rows = rows == 1 ? nil : rows
        self.elements = rows * columns
        self.accesses = accesses
        raw = martlet_row_stage(reduction: nil, program: program, out: out)
    }

    /// A reduction along the columns.
    init?(_ reduction: UnsafePointer<martlet_reduce_arguments>) {
        let arguments = reduction.pointee
        let (rows, columns) = (arguments.rows, arguments.columns)
        guard rows > 1 else { return nil }
        let out = RowAccess(begin: UnsafeRawPointer(arguments.out), bytes: 4 * rows, pitch: 4, isWritten: true)
        if let program = arguments.program {
            guard let operands = RowAccess.operands(of: program) else { return nil }
            accesses = operands + [out]
        } else {
            let values = RowAccess(
                begin: UnsafeRawPointer(arguments.values), bytes: 4 * ((rows - 1) * arguments.row_stride + columns),
                pitch: 4 * arguments.row_stride, isWritten: false)
            accesses = [values, out]
        }
        self.rows = rows
        elements = rows * columns
        raw = martlet_row_stage(reduction: reduction, program: nil, out: nil)
    }

    /// Whether no row of one touches what another row of the other writes.
    func agrees(with other: RowStage, rows: Int) -> Bool {
        accesses.allSatisfy { access in other.accesses.allSatisfy { access.agrees(with: $0, rows: rows) } }
    }
}

/// The memory that a stage reads or writes.
struct RowAccess {
    let begin: UnsafeRawPointer
    let bytes: Int
    /// Bytes from a row to the next, a row having no more of its own; 0 where all rows read the same. Nil: an equal part each.
    let pitch: Int?
    let isWritten: Bool

    /// Those of a program; nil where a row reads what lies among other rows' elements.
    static func operands(of program: UnsafePointer<martlet_program>) -> [RowAccess]? {
        let (rows, columns) = (program.pointee.rows, program.pointee.columns)
        var result: [RowAccess] = []
        for index in 0..<Int(program.pointee.operand_count) {
            let operand = program.pointee.operands[index]
            let inRow = (columns - 1) * operand.column_stride + 1
            let bytes = 4 * ((rows - 1) * operand.row_stride + inRow)
            let pitch: Int?
            if rows == 1 && operand.column_stride > 0 {
                guard operand.column_stride == 1 else { return nil }
                pitch = nil
            } else {
                guard rows == 1 || operand.row_stride == 0 || operand.row_stride >= inRow else { return nil }
                pitch = rows == 1 ? 0 : 4 * operand.row_stride
            }
            result.append(RowAccess(begin: UnsafeRawPointer(operand.values), bytes: bytes, pitch: pitch, isWritten: false))
        }
        return result
    }

    /// Bytes from a row to the next, of so many rows.
    func pitch(rows: Int) -> Int { pitch ?? bytes / rows }

    func agrees(with other: RowAccess, rows: Int) -> Bool {
        guard isWritten || other.isWritten else { return true }
        if begin + bytes <= other.begin || other.begin + other.bytes <= begin { return true }
        return begin == other.begin && pitch(rows: rows) == other.pitch(rows: rows) && pitch(rows: rows) > 0
    }
}

/// Consecutive launches, run together on a few rows at a time.
struct RowSweep {
    private(set) var stages: [RowStage] = []
    private var rows: Int?

    /// Adds a launch, if the rows of one touch nothing that another writes for other rows, and a row fits the nearer caches.
    mutating func take(_ stage: RowStage) -> Bool {
        let all = stages + [stage]
        if let together = rows ?? stage.rows {
            for stage in all where stage.rows ?? together != together || stage.elements % together > 0 { return false }
            guard Self.rowBytes(all, together) <= Self.rowLimit else { return false }
            // Where the number of rows was open, nobody has been held against anybody.
            for later in rows == nil ? 1..<all.count : stages.count..<all.count {
                for earlier in all[..<later] where !all[later].agrees(with: earlier, rows: together) { return false }
            }
            rows = together
        }
        stages = all
        return true
    }

    /// Several launches as one call, where there are rows enough for all threads; else nil.
    func call(_ memory: LaunchMemory, _ pool: Pool) -> (() -> Void)? {
        guard stages.count > 1, let rows, rows >= 2 * pool.threads else { return nil }
        // What one leaves to the next stays in the caches.
        for stage in stages { stage.program?.pointee.streams = false }
        let kept = memory.keep([
            martlet_row_sweep(
                stages: UnsafePointer(memory.keep(stages.map(\.raw))), stage_count: Int32(stages.count), rows: rows,
                together: max(1, Self.nearBytes / Self.rowBytes(stages, rows)), row_elements: stages.reduce(0) { $0 + $1.elements } / rows, scratch: nil)
        ])
        memory.needScratch(martlet_row_sweep_scratch_bytes(kept, Int32(pool.threads)))
        return {
            kept.pointee.scratch = memory.scratch
            martlet_row_sweep_run(pool.kernels, pool.raw, kept)
        }
    }

    private static func rowBytes(_ stages: [RowStage], _ rows: Int) -> Int {
        stages.reduce(0) { sum, stage in stage.accesses.reduce(sum) { $0 + $1.pitch(rows: rows) } }
    }

    /// Bytes of a row, in all launches: of the second cache, which a core has to itself.
    private static let rowLimit = 1 << 18
    /// Bytes of rows that are taken together: of the first cache, beside a program's registers.
    private static let nearBytes = 1 << 15
}

extension Array where Element == EncodedLaunch {
    /// The calls of all launches in order; those that can go row by row together are one call.
    func swept(_ memory: LaunchMemory, _ pool: Pool) -> [() -> Void] {
        var calls: [() -> Void] = []
        var pending: ArraySlice<EncodedLaunch> = []
        var sweep = RowSweep()
        func flush() {
            if let call = sweep.call(memory, pool) {
                calls.append(call)
            } else {
                for launch in pending { calls += launch.calls }
            }
            (pending, sweep) = ([], RowSweep())
        }
        for launch in self {
            // A launch without a call, such as another view of the same memory, stands in nobody's way.
            if launch.calls.isEmpty { continue }
            if let stage = launch.rowStage, sweep.take(stage) {
                pending.append(launch)
                continue
            }
            flush()
            if let stage = launch.rowStage, sweep.take(stage) {
                pending.append(launch)
            } else {
                calls += launch.calls
            }
        }
        flush()
        return calls
    }
}
