import MartletBackend
import MartletCore
import MartletOpenCL
import MartletOps
import Testing

/// Files of what was measured: whole and readable, or not used.
@Suite struct TuningFileTests {
    private static let traits: DeviceTraits = {
        var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "A (device), of  sorts", kinds: [.cpu])
        (info.driverVersion, info.platformVersion) = ("3.1", "OpenCL 3.0 test")
        return DeviceTraits(info, .cpu)
    }()
    private let task = MatmulTask(rows: 64, columns: 512, inner: 784)

    private var file: TuningFile {
        var file = TuningFile(TunedDevice(Self.traits))
        var result = TuningResult(task.name)
        (result.choice, result.isComplete) = ("registers-12x2", true)
        result["registers-8x2"] = .init("registers-8x2", microseconds: 120.75, ratio: 1)
        result["registers-12x2"] = .init("registers-12x2", microseconds: 105.25, ratio: 0.875)
        result["registers-6x2"] = .init("registers-6x2", problem: "result 0[3] is 1.5,\nand 1.25 on the CPU path")
        file[task.name] = result
        var other = TuningResult("conv2d 8x8x8x3 16x3x3 padding=1x1x1x1")
        other["plain"] = .init("plain", problem: "it crashed")
        file[other.task] = other
        return file
    }

    @Test func aFileIsReadAsItWasWritten() throws {
        let text = file.text
        let read = try TuningFile(parsing: text, path: "x")
        #expect(read.text == text && read.device == file.device && read.results.count == 2)
        #expect(read[task.name]?.choice == "registers-12x2" && read[task.name]?.isComplete == true)
        #expect(read[task.name]?.ranking.map(\.variant) == ["registers-12x2", "registers-8x2"])
        #expect(read.results[1].choice == nil && !read.results[1].isComplete)
        #expect(read.quarantined.map(\.variant) == ["registers-6x2", "plain"])
        #expect(try TuningFile(parsing: TuningFile(TunedDevice(Self.traits)).text, path: "x").results.isEmpty)
    }

    @Test func aDamagedFileIsRefused() throws {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        for count in 0 ..< lines.count - 2 {
            #expect(throws: TuningFileError.self) { try TuningFile(parsing: lines.prefix(count).joined(separator: "\n"), path: "x") }
        }
        for (line, text) in [(1, "divice a"), (4, "kernels fpga"), (7, "matmul 1x2x3:NN takes"), (8, "    registers-8x2 fast 1.0 us"),
            (8, "    registers-8x2 -1.0 1.0 us"), (8, "    registers-8x2 nan 1.0 us"), (9, "    registers-8x2")] {
            var changed = lines.map(String.init)
            changed[line] = text
            #expect(throws: TuningFileError.self, "\(text)") { try TuningFile(parsing: changed.joined(separator: "\n"), path: "x") }
        }
        #expect(throws: TuningFileError.otherVersion(path: "x", found: "martlet tuning 2")) {
            try TuningFile(parsing: "martlet tuning 2\nend\n", path: "x")
        }
        #expect(throws: TuningFileError.self) { try TuningFile(parsing: "\u{0}\u{1}\n", path: "x") }
    }

    @Test func whatCannotBeReadIsNotUsedAndSaid() throws {
        try withTemporaryDirectory { directory in
            let cache = ProgramCache(directory: directory)
            #expect(Tuning.known(of: Self.traits, in: cache).problem == nil)
            #expect(file.write(for: Self.traits, in: cache))
            let known = Tuning.known(of: Self.traits, in: cache)
            #expect(known.problem == nil && known.choice(for: task, on: Self.traits).variant.name == "registers-12x2")

            let path = try #require(TuningFile.path(for: Self.traits, in: cache))
            var bytes = try readFile(path)
            bytes.removeLast(30)
            try writeFile(path, bytes)
            let damaged = Tuning.known(of: Self.traits, in: cache)
            #expect(damaged.problem?.contains(path) == true)
            #expect(damaged.choice(for: task, on: Self.traits).origin == .usual)

            // A file of another driver in this one's place.
            var other = file
            other.device.driver = "2.0"
            try writeFile(path, Array(other.text.utf8))
            #expect(Tuning.known(of: Self.traits, in: cache).problem?.contains("'2.0'") == true)
            // Another driver, another file.
            var info = Self.traits.info
            info.driverVersion = "3.2"
            #expect(TuningFile.path(for: DeviceTraits(info, .cpu), in: cache) != path)
            #expect(TuningFile.path(for: DeviceTraits(Self.traits.info, .gpu), in: cache) != path)
            #expect(TuningFile.path(for: Self.traits, in: ProgramCache(directory: nil)) == nil)
            #expect(!file.write(for: Self.traits, in: ProgramCache(directory: "/proc/nowhere")))
        }
    }

    @Test func choices() {
        let tuning = Tuning(file: file)
        func choice(_ task: MatmulTask) -> (String, Tuning.Origin) {
            let found = tuning.choice(for: task, on: Self.traits)
            return (found.variant.name, found.origin)
        }
        #expect(choice(task) == ("registers-12x2", .tuned))
        #expect(choice(MatmulTask(rows: 48, columns: 512, inner: 784)) == ("registers-12x2", .near))
        #expect(choice(MatmulTask(rows: 500, columns: 512, inner: 784)) == ("registers-8x2", .usual))
        #expect(choice(MatmulTask(rows: 64, columns: 512, inner: 784, transposeA: true)) == ("registers-8x2", .usual))
        // What it names does not suit the shape.
        var narrow = file
        narrow[task.name]?.choice = "groups-8x8-deep32"
        #expect(Tuning(file: narrow).choice(for: task, on: Self.traits).origin == .usual)
        narrow[task.name]?.choice = "of another version"
        #expect(Tuning(file: narrow).choice(for: task, on: Self.traits).origin == .usual)
    }

    @Test func whatIsQuarantinedIsTakenNowhere() {
        var file = file
        file[task.name]?["registers-8x2"]?.problem = "it crashed"
        let elsewhere = MatmulTask(rows: 500, columns: 512, inner: 784)
        #expect(elsewhere.usual(on: Self.traits).name == "registers-8x2")
        let choice = Tuning(file: file).choice(for: elsewhere, on: Self.traits)
        #expect(choice.variant.name != "registers-8x2" && elsewhere.takes(choice.variant, on: Self.traits))
        // A quarantined variant is not taken from what was shipped either.
        var shipped = TuningFile(TunedDevice(Self.traits))
        shipped[elsewhere.name] = TuningResult(elsewhere.name)
        shipped[elsewhere.name]?.choice = "registers-8x2"
        #expect(Tuning(file: file, shipped: shipped).choice(for: elsewhere, on: Self.traits).variant.name != "registers-8x2")
        shipped[elsewhere.name]?.choice = "registers-14x2"
        #expect(Tuning(file: file, shipped: shipped).choice(for: elsewhere, on: Self.traits).origin == .shipped)
    }

    @Test func whatIsShippedIsWhole() throws {
        let shipped = try #require(TuningFile.pocl)
        for result in shipped.results {
            let task = try #require(TunedTasks.parse(result.task), "\(result.task)")
            func check<Task: TunedTask>(_ task: Task) throws {
                let variant = try #require(Task.Variant.byName[result.choice ?? ""], "\(result.choice ?? "")")
                #expect(task.takes(variant, on: Self.traits), "\(result.task)")
            }
            try check(task)
        }
    }

    /// The choice of a file is the kernel that is launched, and has the same bits.
    @Test(withDevice) func theChoiceIsWhatRuns() throws {
        let context = try openTestDevice()
        let traits = DeviceTraits(context.device, .cpu)
        try withTemporaryDirectory { directory in
            let cache = ProgramCache(directory: directory)
            let task = MatmulTask(rows: 37, columns: 65, inner: 30)
            var file = TuningFile(TunedDevice(traits))
            file[task.name] = TuningResult(task.name)
            file[task.name]?.choice = "registers-13x1-packed-across"
            #expect(file.write(for: traits, in: cache))
            let known = Tuning.known(of: traits, in: cache)
            func run(_ tuning: Tuning) throws -> (bits: [Float], kernels: [String]) {
                let device = OpenCLDevice(context, deviceClass: .cpu, tuning: tuning)
                var regions: [Region: any Buffer] = [:]
                var slots: [Slot] = []
                for (place, type) in (task.operands + [TensorType([37, 65])]).enumerated() {
                    let buffer = try device.makeBuffer(.float32, count: type.elementCount, purpose: "a test")
                    try buffer.write(HostArray(type.shape, (0 ..< type.elementCount).map { Float($0 % 17) * 0.37 }), at: 0)
                    regions[.external(place)] = buffer
                    slots.append(Slot(.external(place), type))
                }
                let launch = Launch(task.operation, Array(slots.prefix(2)), [slots[2]], label: "product")
                let executable = try #require(try device.prepare(Program([launch]), regions: regions) as? OpenCLExecutable)
                try executable.run(StepParameters())
                let bits = try #require(regions[.external(2)]).read(slots[2].type, at: 0).floats
                return (bits, executable.launches.map { "\($0.kernel.name) \($0.kernel.program.options)" })
            }
            let (tuned, usual) = (try run(known), try run(.none))
            #expect(sameBits(tuned.bits, usual.bits))
            #expect(tuned.kernels.count == 2 && tuned.kernels[1].contains("TILE_ROWS=13"))
            #expect(usual.kernels.count == 1 && usual.kernels[0].contains("TILE_ROWS=8"))
        }
    }
}
