import MartletBackend
import MartletOpenCL
import Testing

@Suite struct ProbeTests {
    @Test(withDevice) func theDeviceKeepsTheContract() throws {
        let report = try NumericsProbe.run(on: openTestDevice(), withoutOption: true, cache: .off)
        #expect(report.verdict.keepsTheContract, "\(report.verdict)")
        #expect(report.findings.count == 16)
        for finding in report.findings {
            #expect(finding.cases > 20_000)
            #expect(finding.wrong == 0, "\(finding)")
        }
    }

    private func finding(wrong: Int = 0, subnormals: Int = 0, zeroSigns: Int = 0) -> ProbeReport.Finding {
        ProbeReport.Finding(
            operation: "division", form: "scalar", cases: 100, wrong: wrong, wrongSubnormals: subnormals,
            zeroSigns: zeroSigns, example: nil)
    }

    @Test func theVerdictFollowsFromTheFindings() {
        #expect(NumericsProbe.verdict(of: [finding()]) == .exact)
        #expect(NumericsProbe.verdict(of: [finding(), finding(zeroSigns: 1)]) == .zeroSignsDiffer)
        #expect(
            NumericsProbe.verdict(of: [finding(zeroSigns: 1), finding(wrong: 3)])
                == .mayDiffer(reasons: ["scalar division: 3 of 100 results differ"]))
        #expect(
            NumericsProbe.verdict(of: [finding(wrong: 3, subnormals: 3)])
                == .mayDiffer(reasons: ["scalar division: 3 of 100 results differ, all with subnormal numbers"]))
        #expect(ProbeVerdict.zeroSignsDiffer.keepsTheContract)
        #expect(!ProbeVerdict.mayDiffer(reasons: []).keepsTheContract)
    }

    /// The cases must be able to tell right arithmetic from every cheaper kind, or a pass means nothing.
    @Test(arguments: ProbeTests.cheaper) func cheaperArithmeticIsFound(_ cheaper: Cheaper) throws {
        #expect(NumericsProbe.differences(in: cheaper.operation, from: cheaper.compute) >= cheaper.atLeast)
    }

    struct Cheaper: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let operation: String
        let atLeast: Int
        let compute: @Sendable (Float, Float, Float) -> Float
    }

    static let cheaper: [Cheaper] = [
        Cheaper(testDescription: "fma with two roundings", operation: "fma (one rounding)", atLeast: 100) { $0 * $1 + $2 },
        Cheaper(testDescription: "fma in double", operation: "fma (one rounding)", atLeast: 100) {
            Float(Double($0) * Double($1) + Double($2))
        },
        Cheaper(testDescription: "contraction", operation: "a * b + c (two roundings)", atLeast: 100) {
            $2.addingProduct($0, $1)
        },
        Cheaper(testDescription: "contracted difference", operation: "c - a * b (two roundings)", atLeast: 100) {
            $2.addingProduct(-$0, $1)
        },
        Cheaper(testDescription: "division by a reciprocal", operation: "division", atLeast: 500) { a, b, _ in a * (1 / b) },
        Cheaper(testDescription: "division without subnormal results", operation: "division", atLeast: 100) { a, b, _ in
            (a / b).isSubnormal ? 0 : a / b
        },
        Cheaper(testDescription: "multiplication without subnormals", operation: "multiplication", atLeast: 100) { a, b, _ in
            (a.isSubnormal ? 0 : a) * (b.isSubnormal ? 0 : b)
        },
        Cheaper(testDescription: "addition without subnormals", operation: "addition", atLeast: 100) { a, b, _ in
            (a.isSubnormal ? 0 : a) + (b.isSubnormal ? 0 : b)
        },
        Cheaper(testDescription: "multiplication rounded towards zero", operation: "multiplication", atLeast: 1000) { a, b, _ in
            let exact = Double(a) * Double(b)
            return Double(a * b).magnitude > exact.magnitude ? (a * b).towardsZero : a * b
        },
        Cheaper(testDescription: "reciprocal square root", operation: "1 / square root", atLeast: 500) { a, _, _ in
            Float(1 / Double(a.magnitude).squareRoot())
        },
        Cheaper(testDescription: "square root as a product", operation: "square root", atLeast: 500) { a, _, _ in
            a.magnitude * (1 / a.magnitude.squareRoot())
        },
    ]
}

extension Float {
    fileprivate var towardsZero: Float { self > 0 ? nextDown : nextUp }
}
