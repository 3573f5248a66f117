import MartletBackend

/// Runs the operations of the numerics contract on a device and compares every bit with IEEE 754's answer, which the
/// host computes. Operands come in through buffers, so that no compiler can compute the answers instead.
public enum NumericsProbe {
    /// Probes a device, with the options that kernels are built with.
    /// - Parameter withoutOption: where these ask for correct division and square root, look at what comes without that
    ///   too: for information, it is not part of the verdict.
    /// - Throws: `DeviceError.build` or `.call` where the device cannot run the probe at all.
    public static func run(
        on context: OpenCLContext, withoutOption: Bool = false, cache: ProgramCache = .shared
    ) throws(DeviceError) -> ProbeReport {
        let cases = ProbeCases.all
        let findings = try findings(context, context.device.buildOptions, cases, cache)
        var exactWithoutOption: Bool?
        if withoutOption, context.device.correctlyRoundedDivideSqrt {
            let plain = try Self.findings(context, "-cl-std=CL1.2", cases, cache)
            exactWithoutOption = plain.allSatisfy { $0.wrong == 0 }
        }
        return ProbeReport(
            verdict: verdict(of: findings), findings: findings, exactWithoutOption: exactWithoutOption)
    }

    /// The verdict that follows from findings.
    public static func verdict(of findings: [ProbeReport.Finding]) -> ProbeVerdict {
        let reasons = findings.filter { $0.wrong > 0 }.map(\.reason)
        guard reasons.isEmpty else { return .mayDiffer(reasons: reasons) }
        return findings.contains { $0.zeroSigns > 0 } ? .zeroSignsDiffer : .exact
    }

    private static func findings(
        _ context: OpenCLContext, _ options: String, _ cases: ProbeCases, _ cache: ProgramCache
    ) throws(DeviceError) -> [ProbeReport.Finding] {
        let program = try OpenCLProgram(context, name: "probe.cl", source: source, options: options, cache: cache, callsKnownBuiltins: true)
        let bytes = cases.count * MemoryLayout<Float>.size
        var operands: [OpenCLArgument] = []
        for (name, values) in [("a", cases.a), ("b", cases.b), ("c", cases.c)] {
            let buffer = try context.makeBuffer(byteCount: bytes, purpose: "the probe's operand \(name)")
            try buffer.write(values)
            operands.append(.buffer(buffer))
        }
        let results = try context.makeBuffer(byteCount: bytes * ProbeOperation.all.count, purpose: "the probe's results")
        var findings: [ProbeReport.Finding] = []
        for (form, width) in [("scalar", 1), ("float16", 16)] {
            // Whatever a kernel leaves out must not pass with the results of the one before.
            try results.fill([0xff])
            let kernel = try program.kernel("probe_\(form)", operands + [.buffer(results), .uint32(UInt32(cases.count))])
            try context.enqueue(OpenCLLaunch(kernel, global: NDRange(cases.count / width)))
            let found = try results.read(Float.self, count: cases.count * ProbeOperation.all.count)
            for (index, operation) in ProbeOperation.all.enumerated() {
                let part = found[index * cases.count ..< (index + 1) * cases.count]
                findings.append(compare(operation, form, cases, Array(part)))
            }
        }
        // PoCL would compile the kernels once more for it, and keeps what it compiled itself.
        if !context.device.isPoCL { program.saveBinary() }
        return findings
    }

    /// Compares results with the host's.
    static func compare(
        _ operation: ProbeOperation, _ form: String, _ cases: ProbeCases, _ found: [Float]
    ) -> ProbeReport.Finding {
        var finding = ProbeReport.Finding(
            operation: operation.name, form: form, cases: cases.count, wrong: 0, wrongSubnormals: 0, zeroSigns: 0, example: nil)
        for index in 0..<cases.count {
            let (a, b, c, got) = (cases.a[index], cases.b[index], cases.c[index], found[index])
            let expected = operation.expected(a, b, c)
            if got.bitPattern == expected.bitPattern || (got.isNaN && expected.isNaN) { continue }
            if got == 0 && expected == 0 {
                finding.zeroSigns += 1
                continue
            }
            finding.wrong += 1
            if [a, b, c, expected].contains(where: \.isSubnormal) { finding.wrongSubnormals += 1 }
            if finding.example == nil {
                finding.example =
                    "e.g. (a, b, c) = (\(hex(a)), \(hex(b)), \(hex(c))) gives \(hex(got)), not \(hex(expected))"
            }
        }
        return finding
    }

    /// Bits, since a decimal would hide what matters.
    private static func hex(_ x: Float) -> String { "0x" + String(x.bitPattern, radix: 16) }

    private static var source: String {
        """
        #pragma OPENCL FP_CONTRACT OFF

        // results[operation][case], the operations in the host's order.
        kernel void probe_scalar(global const float* as, global const float* bs, global const float* cs,
                                 global float* results, uint count) {
            const uint i = get_global_id(0);
            const float a = as[i], b = bs[i], c = cs[i];

        """
        + ProbeOperation.all.enumerated().map { "    results[\($0)u * count + i] = \($1.expression);\n" }.joined()
        + """
        }

        kernel void probe_float16(global const float* as, global const float* bs, global const float* cs,
                                  global float* results, uint count) {
            const uint i = get_global_id(0);
            const float16 a = vload16(i, as), b = vload16(i, bs), c = vload16(i, cs);

        """
        + ProbeOperation.all.enumerated().map { "    vstore16(\($1.expression), i, results + \($0)u * count);\n" }.joined()
        + "}\n"
    }
}

extension NumericsProbe {
    /// How many of the probe's cases tell an operation (named as in the findings) from another way to compute it: how the
    /// probe itself is tested.
    package static func differences(in operation: String, from compute: (Float, Float, Float) -> Float) -> Int {
        guard let operation = ProbeOperation.all.first(where: { $0.name == operation }) else { return 0 }
        let cases = ProbeCases.all
        let found = (0..<cases.count).map { compute(cases.a[$0], cases.b[$0], cases.c[$0]) }
        return compare(operation, "host", cases, found).wrong
    }
}
