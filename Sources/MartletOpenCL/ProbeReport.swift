/// What the numerics probe found on a device.
public struct ProbeReport: Hashable, Sendable, Codable {
    /// One operation in one form.
    public struct Finding: Hashable, Sendable, Codable {
        /// What was computed, such as `fma`.
        public var operation: String
        /// `scalar` or `float16`.
        public var form: String
        /// How many results were looked at.
        public var cases: Int
        /// Results with other bits, signs of zero aside.
        public var wrong: Int
        /// How many of those have a subnormal operand or result.
        public var wrongSubnormals: Int
        /// Zeros of the other sign.
        public var zeroSigns: Int
        /// The first wrong result.
        public var example: String?

        /// What was found of one operation.
        public init(
            operation: String, form: String, cases: Int, wrong: Int, wrongSubnormals: Int, zeroSigns: Int, example: String?
        ) {
            self.operation = operation
            self.form = form
            self.cases = cases
            self.wrong = wrong
            self.wrongSubnormals = wrongSubnormals
            self.zeroSigns = zeroSigns
            self.example = example
        }
    }

    /// Whether bits can be the same as elsewhere.
    public var verdict: ProbeVerdict
    /// One to each operation and form that was looked at.
    public var findings: [Finding]
    /// Whether division and square root are right even without the option that asks for it; nil where there is no option
    /// or it was not asked.
    public var exactWithoutOption: Bool?

    /// A verdict with its reasons.
    public init(verdict: ProbeVerdict, findings: [Finding] = [], exactWithoutOption: Bool? = nil) {
        self.verdict = verdict
        self.findings = findings
        self.exactWithoutOption = exactWithoutOption
    }
}

extension ProbeReport.Finding {
    /// As a reason for `ProbeVerdict.mayDiffer`.
    var reason: String {
        let subnormals = wrongSubnormals == wrong ? ", all with subnormal numbers" : ""
        return "\(form) \(operation): \(wrong) of \(cases) results differ\(subnormals)" + (example.map { ", \($0)" } ?? "")
    }
}
