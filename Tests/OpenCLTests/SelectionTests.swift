import MartletBackend
import MartletOpenCL
import Testing

@Suite struct SelectionTests {
    @Test(arguments: [
        ("auto", .auto), ("CPU", .cpu), (" OpenCL ", .opencl(.any)), ("opencl:0", .opencl(.index(0))),
        ("opencl:12", .opencl(.index(12))), ("OPENCL:1.2", .opencl(.device(platform: 1, index: 2))),
        ("opencl:RTX 4090", .opencl(.name("RTX 4090"))), ("opencl:v1.2", .opencl(.name("v1.2"))),
        ("opencl:-1", .opencl(.name("-1"))), ("opencl:1.2.3", .opencl(.name("1.2.3"))),
    ] as [(String, BackendSelection)])
    func theGrammarIsRead(text: String, selection: BackendSelection) throws {
        #expect(try BackendSelection(parsing: text) == selection)
        #expect(try BackendSelection(parsing: selection.description) == selection)
    }

    @Test(arguments: ["", "gpu", "opencl:", "opencl: ", "cpu:1", "cuda"]) func anythingElseListsTheGrammar(text: String) {
        let error = #expect(throws: DeviceError.self) { try BackendSelection(parsing: text) }
        #expect("\(error!)".contains("Expected \(BackendSelection.grammar)"))
    }

    @Test func aMisspeltBackendIsGuessed() {
        let error = #expect(throws: DeviceError.self) { try BackendSelection(parsing: "opncl:1") }
        #expect("\(error!)".hasPrefix("unknown backend 'opncl:1'; did you mean 'opencl'? Expected auto"))
    }

    // MARK: choosing

    @Test func autoTakesTheFirstGPUThatPasses() throws {
        let choice = try machine.choose(.auto) { $0.name == "Radeon Pro" ? .zeroSignsDiffer : .mayDiffer(reasons: ["fma"]) }
        #expect(choice.device?.address == "3.1")
        #expect(choice.description == """
            OpenCL device 3.1 'Radeon Pro', because it is a GPU whose numerics probe passed (exact but for signs of zero)
            """)
    }

    @Test func autoTakesTheCPUWhereNoGPUPasses() throws {
        let choice = try machine.choose(.auto) { device throws(DeviceError) in
            if device.name == "Radeon" { throw .unavailable("gone") }
            return .mayDiffer(reasons: ["fma"])
        }
        #expect(choice.device == nil)
        #expect(choice.description.hasPrefix("CPU path, because GPU 3.0 'Radeon' cannot be used (gone) and GPU 3.1"))
        #expect(choice.description.contains("did not pass the numerics probe (bits may differ: fma)"))
    }

    /// Neither PoCL nor Oclgrind, which claims to be both, is a GPU; nor are they probed.
    @Test func autoNeverTakesACPU() throws {
        let machine = inventory([platform("PoCL", [("EPYC", [.cpu])]), platform("Oclgrind", [("Simulator", [.cpu, .gpu])])])
        let choice = try machine.choose(.auto) { _ in
            Issue.record("no CPU is probed")
            return .exact
        }
        #expect(choice.description == """
            CPU path, because no OpenCL device is a GPU (--backend opencl takes 0.0 'EPYC', 1.0 'Simulator' all the same)
            """)
    }

    @Test func autoNeedsNoOpenCL() throws {
        #expect(try nothing.choose(.auto) { _ in .exact }.description == """
            CPU path, because no loader library (libOpenCL.so.1) could be opened
            """)
        #expect(try nothing.choose(.cpu) { _ in .exact }.device == nil)
    }

    @Test func openclTakesGPUsThenCPUsThenTheRest() throws {
        #expect(try choose("opencl") == "3.0")
        let cpus = inventory([platform("FPGA", [("Arria", [.accelerator])]), platform("PoCL", [("EPYC", [.cpu])])])
        #expect(try cpus.choose(.opencl(.any)) { _ in .exact }.description == """
            OpenCL device 1.0 'EPYC', because opencl takes the first CPU, there being no GPU
            """)
    }

    @Test(arguments: [
        ("opencl:0", "0.0"), ("opencl:1", "2.0"), ("opencl:2.0", "2.0"), ("opencl:3.1", "3.1"), ("opencl:epyc", "0.0"),
        ("opencl:radeon pro", "3.1"),
        ("opencl:Radeon", "3.0"),  // the whole name of one, though part of another's
        ("opencl:7763", "0.0"),  // no index, but part of a name
        ("opencl:intel", "2.0"),  // the platform's name
    ]) func devicesAreNamed(text: String, address: String) throws {
        #expect(try choose(text) == address)
    }

    @Test(arguments: ["opencl:9", "opencl:3.2", "opencl:geforce"]) func aDeviceThatIsNotThereListsThose(text: String) {
        let error = #expect(throws: DeviceError.self) { try choose(text) }
        #expect("\(error!)".hasPrefix("'\(text)' names no OpenCL device; there are: 0.0 'EPYC 7763', 2.0 'Xeon', 3.0"))
    }

    @Test func anAmbiguousNameListsTheDevices() {
        let error = #expect(throws: DeviceError.self) { try choose("opencl:e") }
        #expect("\(error!)".hasPrefix("'opencl:e' names 4 of the devices: 0.0 'EPYC 7763'"))
    }

    // MARK: none

    @Test func withoutADeviceTheErrorSaysAllInSixLines() throws {
        let error = #expect(throws: DeviceError.self) { try nothing.choose(.opencl(.any)) { _ in .exact } }
        let lines = "\(error!)".split(separator: "\n")
        #expect(lines.count <= 6)
        #expect(lines[0] == """
            no usable OpenCL device: no loader library (libOpenCL.so.1) could be opened; on Debian: \
            apt-get install pocl-opencl-icd ocl-icd-libopencl1
            """)
        #expect(lines[1].contains("libOpenCL.so.1: cannot open; libOpenCL.so: cannot open"))
        #expect(lines[2].contains("/etc/OpenCL/vendors (OCL_ICD_VENDORS is not set): not there"))
        #expect(lines[5].contains("NVIDIA"))
    }

    @Test func platformsWithoutDevicesAreNamed() {
        var clover = platform("Clover", [])
        clover.note = "it has no devices"
        let error = #expect(throws: DeviceError.self) {
            try inventory([clover]).choose(.opencl(.name("x"))) { _ in .exact }
        }
        #expect("\(error!)".contains("no usable OpenCL device: no driver has a device"))
        #expect("\(error!)".contains("platforms: Clover (it has no devices)"))
    }

    // MARK: machines

    private func choose(_ text: String) throws -> String? {
        try machine.choose(try BackendSelection(parsing: text)) { _ in .exact }.device?.address
    }

    private var machine: OpenCLInventory {
        var clover = platform("Clover", [])
        clover.note = "it has no devices"
        return inventory([
            platform("PoCL", [("EPYC 7763", [.cpu])]), clover, platform("Intel(R) OpenCL", [("Xeon", [.cpu])]),
            platform("AMD", [("Radeon", [.gpu]), ("Radeon Pro", [.gpu])]),
        ])
    }

    private var nothing: OpenCLInventory {
        OpenCLInventory(
            library: nil, libraryProblem: "libOpenCL.so.1: cannot open; libOpenCL.so: cannot open",
            vendors: VendorFolder(path: VendorFolder.usualPath, exists: false, entries: []), platforms: [])
    }
}

func inventory(_ platforms: [OpenCLPlatformInfo]) -> OpenCLInventory {
    var platforms = platforms
    var count = 0
    for p in platforms.indices {
        platforms[p].index = p
        for d in platforms[p].devices.indices {
            platforms[p].devices[d].platformIndex = p
            platforms[p].devices[d].deviceIndex = d
            platforms[p].devices[d].index = count
            count += 1
        }
    }
    return OpenCLInventory(
        library: "libOpenCL.so.1", libraryProblem: nil,
        vendors: VendorFolder(path: VendorFolder.usualPath, exists: true, entries: []), platforms: platforms)
}

func platform(_ name: String, _ devices: [(String, [OpenCLDeviceInfo.Kind])]) -> OpenCLPlatformInfo {
    var platform = OpenCLPlatformInfo(index: 0, name: name)
    platform.devices = devices.map { device, kinds in
        var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: device, kinds: kinds)
        info.platformName = name
        return info
    }
    return platform
}
