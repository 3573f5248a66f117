/// What `martlet doctor` says about OpenCL on this machine.
public struct DoctorReport: Hashable, Sendable, Codable {
    public enum Level: String, Hashable, Sendable, Codable { case ok, warning, problem }

    public struct Finding: Hashable, Sendable, Codable {
        public var level: Level
        public var text: String
        /// What to do about it.
        public var remedy: String?
    }

    public var findings: [Finding] = []
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
