import MartletBackend

extension Tuning {
    /// What is known of a device, in a few words.
    package var summary: String {
        if let problem { return "\(problem), and is not used" }
        guard let file, !file.results.isEmpty else { return shipped == nil ? "none (martlet tune)" : "as it comes with Martlet (martlet tune)" }
        let count = file.quarantined.count
        return "\(counted(file.results.count, "task")) measured" + (count == 0 ? "" : ", \(counted(count, "variant")) quarantined")
    }
}

extension OpenCLDeviceInfo {
    /// What is known of its kernels; nil where its class cannot be told.
    package func tuning(in cache: ProgramCache = .shared) -> Tuning? {
        (try? DeviceClass(self)).map { Tuning.known(of: DeviceTraits(self, $0), in: cache) }
    }
}

extension DoctorReport {
    /// A tuning file that cannot be used, and kernels that are not to be trusted.
    mutating func addTuning(of device: OpenCLDeviceInfo, _ cache: ProgramCache) {
        guard let tuning = device.tuning(in: cache) else { return }
        if let problem = tuning.problem {
            add(.warning, "\(problem), and is not used", remedy: "measure again with martlet tune --reset, or remove the file")
        }
        guard let file = tuning.file else { return }
        let text = "device \(device.label): kernels tuned for \(counted(file.results.count, "task"))"
        guard !file.quarantined.isEmpty else { return add(.ok, text) }
        let list = file.quarantined.map { "\($0.variant) for \($0.task) (\($0.problem))" }.joined(separator: ", ")
        add(.warning, "\(text); quarantined: \(list)", remedy: "they are not used; update the driver, then martlet tune --reset")
    }
}

private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
