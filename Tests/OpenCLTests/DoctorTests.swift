import MartletBackend
import MartletOpenCL
import Testing

@Suite struct DoctorTests {
    @Test(withDevice) func aMachineWithADeviceIsExamined() {
        let report = Doctor.examine()
        #expect(report.findings.contains { $0.text.hasPrefix("loader library: ") && $0.level == .ok })
        #expect(report.findings.contains { $0.text.contains("numerics exact") })
        #expect(!report.probes.isEmpty)
    }

    @Test func whatIsMissingIsAProblemWithARemedy() {
        let machine = OpenCLInventory(
            library: nil, libraryProblem: "libOpenCL.so.1: cannot open",
            vendors: VendorFolder(path: VendorFolder.usualPath, exists: false, entries: []), platforms: [])
        let report = examine(machine)
        #expect(report.level == .problem)
        #expect(report.findings[0].text == "no loader library could be opened: libOpenCL.so.1: cannot open")
        #expect(report.findings[0].remedy?.contains("apt-get install") == true)
    }

    @Test func aDriverThatCannotBeOpenedIsAWarning() {
        var machine = inventory([platform("PoCL", [("EPYC", [.cpu])])])
        machine.vendors.entries = [VendorFolder.Entry(file: "/etc/OpenCL/vendors/x.icd", library: "libx.so")]
        machine.platforms[0].devices[0].available = true
        let report = examine(machine)
        #expect(report.level == .warning)
        #expect(report.findings.contains {
            $0.text == "/etc/OpenCL/vendors/x.icd names libx.so, which cannot be opened: not found"
        })
    }

    @Test func aDeviceThatFailsTheProbeIsAWarning() {
        let report = examine(inventory([platform("P", [("D", [.gpu])])])) { _ in
            ProbeReport(verdict: .mayDiffer(reasons: ["scalar division: 1 of 2 results differ"]))
        }
        #expect(report.findings.contains { $0.level == .warning && $0.text.contains("scalar division: 1 of 2") })
    }

    @Test func theVendorFolderFollowsTheEnvironment() throws {
        try withTemporaryDirectory { directory throws in
            try writeFile("\(directory)/b.icd", Array("libb.so\n".utf8))
            try writeFile("\(directory)/a.icd", Array("/lib/liba.so".utf8))
            try writeFile("\(directory)/readme", Array("no".utf8))
            let folder = VendorFolder.read { $0 == "OCL_ICD_VENDORS" ? directory : nil }
            #expect(folder.entries.map(\.library) == ["/lib/liba.so", "libb.so"])
            #expect(folder.summary == "\(directory) (from OCL_ICD_VENDORS): a.icd, b.icd")
            let one = VendorFolder.read { $0 == "OCL_ICD_VENDORS" ? "\(directory)/b.icd" : nil }
            #expect(one.entries.map(\.library) == ["libb.so"])
            #expect(VendorFolder.read { _ in nil }.path == "/etc/OpenCL/vendors")
        }
    }

    private func examine(
        _ machine: OpenCLInventory,
        probe: (OpenCLDeviceInfo) throws(DeviceError) -> ProbeReport = { _ in ProbeReport(verdict: .exact) }
    ) -> DoctorReport {
        Doctor.examine(machine, cache: .off, whyNotLoaded: { _ in "not found" }, probe: probe)
    }
}
