import ArgumentParser
import Martlet
import MartletConformance

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Runs the table of operations on your own devices.",
        discussion: """
            parity: every operation's samples, bit for bit between the CPU path and each device, and against Float64. \
            grad: gradient rules against central differences, and each device's gradients against Float64. \
            support: which operation runs where, with which element types. perf: the largest samples, timed. \
            Without --mode: parity and grad. Each kind of kernels that a device takes is checked by itself (cpu/avx2, \
            opencl:0.0/gpu). --reference runs a folder of reference cases instead (the names of all unsupported cases are in --json). Exit code 1 where something differs.
            """)

    enum Mode: String, CaseIterable, ExpressibleByArgument { case parity, grad, support, perf }

    @Option(help: ArgumentHelp(
        "\(BackendSelection.grammar). May be given several times. Default: cpu and every OpenCL device.", valueName: "backend"))
    var backend: [String] = []

    @Option(help: "Threads of the CPU path. Default: all processors.")
    var threads: Int?

    @Option(help: ArgumentHelp("This operation or pointwise function alone.", valueName: "name"))
    var op: String?

    @Option(help: "May be given several times. Default: parity and grad.")
    var mode: [Mode] = []

    @Option(help: ArgumentHelp("Run the reference cases of this folder instead.", valueName: "folder"))
    var reference: String?

    @Option(help: ArgumentHelp(
        "With --reference: groups, with commas, that must be there and of which no case may be unsupported.", valueName: "groups"))
    var require: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            guard reference == nil || (op == nil && mode.isEmpty) else {
                throw TrainingError.badOption("--reference runs cases of its own; leave --op and --mode out")
            }
            guard reference != nil || require == nil else { throw TrainingError.badOption("--require needs --reference FOLDER") }
            let operations = try operations()
            let selections = try backend.map { try BackendSelection(parsing: $0) }
            let suite = if let reference { try referenceCases(reference) } else { ReferenceSuite?.none }
            let devices = try CheckTarget.all(selections, threads: threads)
            if !output.quiet {
                for targets in devices {
                    Terminal.note("device: \(targets[0].device.name), as \(targets.map(\.name).joined(separator: ", "))")
                }
            }
            let passes = if let suite { try check(suite, on: devices) } else { try check(operations, on: devices) }
            if !passes { throw ExitCode(1) }
        }
    }

    private func operations() throws -> OperationList {
        guard let op else { return .every }
        guard let list = OperationList.every.only(op) else {
            throw TrainingError.badOption(unknownName("operation", op, known: OperationList.every.names + PointwiseFunction.all.map(\.name)))
        }
        return list
    }

    // MARK: The table

    private func check(_ operations: OperationList, on devices: [[CheckTarget]]) throws -> Bool {
        // Bits are compared with the CPU path's, whichever devices were asked for.
        var targets = devices.flatMap(\.self)
        if targets[0].device.backend != "cpu" { targets.insert(try CheckTarget.cpu(threads: threads)[0], at: 0) }
        let usual = devices.map { $0[0] }
        var reports: [(mode: Mode, rows: [OperationReport])] = []
        for mode in mode.isEmpty ? [.parity, .grad] : mode {
            switch mode {
            case .parity: reports.append((mode, try checkParity(operations, on: targets, progress: status(mode))))
            // Other kernels of the same device give the same bits: parity says so.
            case .grad: reports.append((mode, try checkGradients(operations, on: usual, progress: status(mode))))
            case .support: show(try checkSupport(operations, on: targets))
            case .perf: show(try measure(operations, on: targets, progress: status(mode)))
            }
            clearStatus()
        }
        for (mode, rows) in reports { show(mode, rows) }
        for name in operations.withoutSamples { Terminal.result(Terminal.red("\(name) has no samples")) }
        show(verdict: reports, targets)
        if let parity = reports.first(where: { $0.mode == .parity }) { try quarantine(parity.rows, targets) }
        return operations.withoutSamples.isEmpty && reports.allSatisfy { $0.rows.allSatisfy(\.passes) }
    }

    private func show(_ mode: Mode, _ rows: [OperationReport]) {
        guard !output.json else {
            for row in rows {
                Terminal.result([
                    .init("check", .string(mode.rawValue)), .init("operation", .string(row.operation)),
                    .init("target", .string(row.target)), .init("samples", .integer(row.samples)),
                    .init(mode == .parity ? "equal" : "passed", .integer(row.agreeing)), .init("worstError", .finite(row.worstError)),
                    .init("discrepancies", .array(row.discrepancies.map { .string($0.description) })),
                ])
            }
            return
        }
        let heading = [mode.rawValue, "on", "samples", mode == .parity ? "equal" : "passed", "worst error / tolerance"]
        let cells = rows.map { row in
            [row.operation, row.target, "\(row.samples)", "\(row.agreeing)", Format.fixed(row.worstError, 3)]
        }
        if !output.quiet || rows.contains(where: { !$0.passes }) {
            Terminal.result(Format.table([heading] + cells, left: [0, 1]) + "\n")
        }
        for row in rows { for discrepancy in row.discrepancies { Terminal.result(Terminal.red("\(mode): \(discrepancy)")) } }
    }

    /// Which kinds of kernels are to be trusted, and which have other bits than the CPU path.
    private func show(verdict reports: [(mode: Mode, rows: [OperationReport])], _ targets: [CheckTarget]) {
        guard !reports.isEmpty else { return }
        for target in targets {
            let rows = reports.flatMap(\.rows).filter { $0.target == target.name }
            guard !rows.isEmpty else { continue }
            let wrong = Set(rows.filter { !$0.passes }.map(\.operation)).sorted()
            let hasOtherBits = rows.contains { $0.differing > 0 }
            if output.json {
                Terminal.result([
                    .init("target", .string(target.name)), .init("device", .string(target.device.name)),
                    .init("quarantined", .bool(hasOtherBits)), .init("operations", .array(wrong.map { .string($0) })),
                ])
            } else if wrong.isEmpty {
                Terminal.result(Terminal.green("\(target.name): everything agrees (\(target.device.name))"))
            } else {
                let verdict = hasOtherBits ? "quarantined, for" : "does not pass"
                Terminal.result(Terminal.red("\(target.name): \(verdict) \(wrong.joined(separator: ", ")) (\(target.device.name))"))
            }
        }
    }

    private func quarantine(_ parity: [OperationReport], _ targets: [CheckTarget]) throws {
        for update in try QuarantineUpdate.after(parity, on: targets) {
            let device = update.device.label
            if update.path == nil {
                Terminal.note("\(device): the quarantine cannot be kept, for the cache is off or cannot be written ('martlet doctor' says more)")
            } else if update.quarantine.isEmpty {
                Terminal.note("\(device): everything that was quarantined agrees again, and is used")
            } else {
                Terminal.note("\(device): not used until a check finds that they agree: \(update.quarantine.summary) (\(update.path!))")
            }
        }
    }

    private func show(_ rows: [Support]) {
        guard !output.json else {
            for row in rows {
                Terminal.result([
                    .init("check", "support"), .init("operation", .string(row.operation)), .init("dtypes", .string(row.dtypes)),
                    .init("target", .string(row.target)), .init("runs", .bool(row.problem == nil)),
                    .init("problem", row.problem.map { .string($0) } ?? .null),
                ])
            }
            return
        }
        var targets: [String] = []
        for row in rows where !targets.contains(row.target) { targets.append(row.target) }
        var table = [["operation", "operands"] + targets]
        for row in rows where row.target == targets[0] {
            table.append([row.operation, row.dtypes] + targets.map { target in
                rows.first { $0.target == target && $0.operation == row.operation && $0.dtypes == row.dtypes }?.problem == nil ? "yes" : "no"
            })
        }
        Terminal.result(Format.table(table, left: Set(0..<table[0].count)))
        for row in rows { if let problem = row.problem { Terminal.result("\(row.operation) on \(row.target): \(problem)") } }
    }

    private func show(_ rows: [Timing]) {
        guard !output.json else {
            for row in rows {
                Terminal.result([
                    .init("check", "perf"), .init("operation", .string(row.operation)), .init("sample", .string(row.sample)),
                    .init("target", .string(row.target)), .init("seconds", .number(row.seconds)),
                    .init("gigaflops", .number(row.gigaflops)), .init("gigabytesPerSecond", .number(row.gigabytes)),
                ])
            }
            return
        }
        let cells = rows.map { row in
            [
                row.operation, row.sample, row.target, Format.fixed(row.seconds * 1e6, 1), Format.fixed(row.gigaflops, 2),
                Format.fixed(row.gigabytes, 2),
            ]
        }
        Terminal.result(Format.table([["operation", "sample", "on", "µs", "GFLOP/s", "GB/s"]] + cells, left: [0, 1, 2]))
    }

    private func status(_ mode: Mode) -> (String, Int, Int) -> Void {
        guard Terminal.isInteractive, !output.quiet else { return { _, _, _ in } }
        return { operation, sample, count in Terminal.status("\(mode) \(operation) \(sample + 1)/\(count)") }
    }
    private func clearStatus() { if Terminal.isInteractive, !output.quiet { Terminal.clearStatus() } }

    // MARK: Reference cases

    private var required: [String] { require?.split(separator: ",").map(String.init) ?? [] }

    private func referenceCases(_ folder: String) throws -> ReferenceSuite {
        let suite = try ReferenceSuite.read(folder)
        let groups = suite.groups
        for name in required where !groups.contains(name) {
            throw TrainingError.badOption("--require: " + unknownName("reference group", name, known: groups))
        }
        for name in required where !suite.cases.contains(where: { $0.group == name }) {
            throw TrainingError.unsuitableData("--require: the group '\(name)' of '\(folder)' has no cases")
        }
        return suite
    }

    private func check(_ suite: ReferenceSuite, on devices: [[CheckTarget]]) throws -> Bool {
        var reports: [ReferenceReport] = []
        for targets in devices {
            reports += suite.check(on: targets[0]) { test in
                if Terminal.isInteractive, !output.quiet { Terminal.status("\(targets[0].name) \(test)") }
            }
        }
        clearStatus()
        if output.json {
            for report in reports { Terminal.result(report.json) }
        } else {
            let heading = ["group", "backend", "passed", "failed", "unsupported", "worst error / tolerance"]
            let cells = reports.map { report in
                [
                    report.group, report.target, "\(report.passed)", "\(report.failures.count)", "\(report.unsupported.count)",
                    report.passed + report.failures.count == 0 ? "-" : Format.fixed(report.worstError, 3),
                ]
            }
            if !output.quiet { Terminal.result(Format.table([heading] + cells, left: [0, 1])) }
            for report in reports where !report.unsupported.isEmpty && report.target == devices[0][0].name {
                let names = report.passed + report.failures.count == 0 ? "all" : report.unsupported.joined(separator: ", ")
                Terminal.note("unsupported in \(report.group): \(names)")
            }
        }
        for report in reports { for failure in report.failures { Terminal.note("failed on \(report.target): \(failure)") } }
        var passes = reports.allSatisfy(\.failures.isEmpty)
        for report in reports where required.contains(report.group) && !report.unsupported.isEmpty {
            Terminal.note("required, but \(report.unsupported.count) cases of '\(report.group)' are unsupported on \(report.target)")
            passes = false
        }
        return passes
    }
}

extension ReferenceReport {
    fileprivate var json: [JSONValue.Member] {
        [
            .init("group", .string(group)), .init("backend", .string(target)), .init("passed", .integer(passed)),
            .init("failed", .integer(failures.count)), .init("unsupported", .integer(unsupported.count)),
            .init("skippedNames", .array(unsupported.map { .string($0) })), .init("worstError", .finite(worstError)),
        ]
    }
}
