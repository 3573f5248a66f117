/// What `martlet doctor` says about OpenCL on this machine.
public struct DoctorReport: Hashable, Sendable, Codable {
    /// How much a finding matters: with a `problem` something cannot be used.
    public enum Level: String, Hashable, Sendable, Codable { case ok, warning, problem }

    /// One thing that was looked at.
    public struct Finding: Hashable, Sendable, Codable {
        /// How much it matters.
        public var level: Level
        /// What was found, for people.
        public var text: String
        /// What to do about it.
        public var remedy: String?
    }

    /// In the order in which things were looked at.
    public var findings: [Finding] = []
    /// The platforms and devices that it is about.
    public var inventory: OpenCLInventory
    /// By device address.
    public var probes: [String: ProbeReport] = [:]

    /// The worst of the findings.
    public var level: Level {
        findings.contains { $0.level == .problem } ? .problem : findings.contains { $0.level == .warning } ? .warning : .ok
    }

    mutating func add(_ level: Level, _ text: String, remedy: String? = nil) {
        findings.append(Finding(level: level, text: text, remedy: remedy))
    }
}
