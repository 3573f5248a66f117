import MartletBackend
import MartletCore
import MartletOpenCL
import MartletOps
import Testing

/// What is quarantined is kept per device and driver, and not used.
@Suite struct QuarantineTests {
    private static let device = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "A/B (rev. 2)", kinds: [.gpu])

    private func quarantine(_ wrong: [DeviceClass: Set<String>]) -> Quarantine {
        var quarantine = Quarantine()
        for (deviceClass, operations) in wrong { quarantine.update(deviceClass, tested: [], wrong: operations) }
        return quarantine
    }

    @Test func theFileBelongsToOneDeviceAndDriver() throws {
        try withTemporaryDirectory { directory throws in
            let cache = ProgramCache(directory: "\(directory)/not yet there")
            #expect(Quarantine(of: Self.device, in: cache).isEmpty)
            let wrong = quarantine([.gpu: ["reduce", "matmul"]])
            #expect(wrong.save(for: Self.device, in: cache))
            #expect(Quarantine(of: Self.device, in: cache) == wrong)
            let text = String(decoding: try readFile(try #require(Quarantine.path(of: Self.device, in: cache))), as: UTF8.self)
            #expect(text.contains("\ngpu: matmul reduce\n") && text.contains("A/B (rev. 2)"))
            var updated = Self.device
            updated.driverVersion = "2"
            #expect(Quarantine(of: updated, in: cache).isEmpty)
            #expect(!wrong.save(for: Self.device, in: .off) && Quarantine(of: Self.device, in: .off).isEmpty)
            #expect(!wrong.save(for: Self.device, in: ProgramCache(directory: "/proc/nowhere")))
        }
    }

    @Test(arguments: ["", "gpu", "gpu: ", "npu: matmul", "\u{0}\u{FF}"]) func whatSaysNothingCountsForNothing(text: String) throws {
        try withTemporaryDirectory { directory throws in
            let cache = ProgramCache(directory: directory)
            #expect(quarantine([.gpu: ["matmul"]]).save(for: Self.device, in: cache))
            try writeFile(try #require(Quarantine.path(of: Self.device, in: cache)), Array(text.utf8))
            #expect(Quarantine(of: Self.device, in: cache).isEmpty)
        }
    }

    @Test func onlyWhatWasTestedIsReleased() {
        var kept = quarantine([.gpu: ["matmul", "reduce"], .cpu: ["matmul"]])
        kept.update(.gpu, tested: ["matmul", "gather"], wrong: ["gather"])
        #expect(kept[.gpu] == ["gather", "reduce"] && kept[.cpu] == ["matmul"])
        kept.update(.cpu, tested: ["matmul"], wrong: [])
        kept.update(.gpu, tested: ["gather", "reduce"], wrong: [])
        #expect(kept.isEmpty && kept.summary.isEmpty)
    }

    /// The other class takes an operation's place; a device with neither is refused, unless its user insists.
    @Test(withDevice) func quarantinedKernelsAreNotUsed() throws {
        try withTemporaryDirectory { directory throws in
            let (cache, context) = (ProgramCache(directory: directory), try openTestDevice())
            func open(_ deviceClass: DeviceClass? = nil) throws(DeviceError) -> OpenCLDevice {
                try OpenCLDevice(context, deviceClass: deviceClass, quarantines: cache)
            }
            let usual = try open().deviceClass
            let other: DeviceClass = usual == .cpu ? .gpu : .cpu
            #expect(quarantine([usual: ["matmul"]]).save(for: context.device, in: cache))
            var device = try open()
            #expect(device.deviceClass == usual && device.kernels(for: Reduce.self) == usual)
            #expect(device.kernels(for: Matmul.self) == other)
            #expect(try multiply(on: device) == [4, 5, 10, 13])
            // A formula may be pasted into any kernel.
            #expect(quarantine([usual: ["pointwise"]]).save(for: context.device, in: cache))
            device = try open()
            #expect(device.kernels(for: Reduce.self) == other)
            #expect(try open(usual).kernels(for: Reduce.self) == usual)
            #expect(quarantine([usual: ["pointwise"], other: ["reduce"]]).save(for: context.device, in: cache))
            let error = try #require(throws: DeviceError.self) { try open() }
            #expect("\(error)".contains("reduce") && "\(error)".contains("MARTLET_OPENCL_CLASS=\(usual)"))
        }
    }

    /// [[1, 2], [3, 4]] [[2, 3], [1, 1]].
    private func multiply(on device: OpenCLDevice) throws -> [Float] {
        let type = TensorType([2, 2])
        let slots = (0..<3).map { Slot(.result($0), type) }
        var buffers: [Region: any Buffer] = [:]
        for (index, values) in [[1, 2, 3, 4], [2, 3, 1, 1], [0, 0, 0, 0] as [Float]].enumerated() {
            let buffer = try device.makeBuffer(.float32, count: 4, purpose: "a factor")
            try buffer.write(HostArray([2, 2], values), at: 0)
            buffers[.result(index)] = buffer
        }
        let launch = Launch(Matmul(), [slots[0], slots[1]], [slots[2]], label: "product")
        try device.prepare(Program([launch]), regions: buffers).run(StepParameters())
        return try buffers[.result(2)]!.read(type, at: 0).floats
    }
}
