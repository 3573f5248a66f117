import MartletBackend
import MartletConformance
import MartletCore
import MartletOpenCL
import MartletOps
import Testing

/// Every variant that is declared gives the bits of the CPU path, at shapes that no tile divides.
///
/// A tile of work-groups is another program for each way in which its factors lie, and each takes a device a second to compile. So the
/// usual tiles and a third of the others share the ways out between them, unless `MARTLET_TEST_EVERY_VARIANT` is set (`make test-variants`):
/// then all have all.
@Suite(withDevice) struct VariantTests {
    private static let isThorough = environmentValue("MARTLET_TEST_EVERY_VARIANT") != nil

    @Test func productsInRegisters() throws {
        let run = try VariantRun(Self.ways.flatMap { Self.products($0, isThorough: true) })
        for variant in RegisterProduct.all { try run.check(MatmulVariant.registers(variant), .cpu) }
    }

    @Test(arguments: ways) func productsInGroups(way: Way) throws {
        let run = try VariantRun(Self.products(way, isThorough: Self.isThorough))
        let tiles = Self.tiles(way.place, of: Self.ways.count)
        for product in GroupProduct.all where tiles.contains(product.tile) { try run.check(MatmulVariant.groups(product), .gpu) }
    }

    @Test(arguments: ConvolutionTask.Kind.allCases) func convolutions(kind: ConvolutionTask.Kind) throws {
        // Every shape, without epilogues.
        let run = try VariantRun(kind.samples.filter { $0.operands.count == 2 })
        let kinds = ConvolutionTask.Kind.allCases
        let tiles = Self.tiles(kinds.firstIndex(of: kind)!, of: kinds.count)
        for variant in ConvolutionVariant.all {
            if case .groups(let tile) = variant {
                if tiles.contains(tile) { try run.check(variant, .gpu) }
            } else {
                try run.check(variant, .cpu)
            }
        }
    }

    /// Those that are tried in one of so many ways.
    private static func tiles(_ way: Int, of ways: Int) -> Set<GroupTile> {
        if isThorough { return Set(GroupTile.all) }
        let shared = GroupTile.all.enumerated().filter { $0 % 3 == 0 || GroupTile.usual.contains($1) }.map(\.element)
        return Set(shared.enumerated().filter { $0.offset % ways == way }.map(\.element))
    }

    /// Which factors are transposed.
    struct Way: Sendable, CustomTestStringConvertible {
        var a, b: Bool
        var place: Int { (a ? 2 : 0) + (b ? 1 : 0) }
        var testDescription: String { "\(a ? "T" : "N")\(b ? "T" : "N")" }
    }
    static let ways = [false, true].flatMap { a in [false, true].map { Way(a: a, b: $0) } }

    /// Some whose numbers of rows, columns and k are multiples of 4 and not of any tile, some where none is, and where one is; more
    /// than one segment; and hardly anything. One expression for all, so that a variant is one program.
    private static func products(_ way: Way, isThorough: Bool) -> [Sample] {
        let epilogue = Expression { e in e.apply(.relu, e.apply(.add, e.operand(0), e.operand(1))) }
        let few = [(1, 127, 129, 37), (1, 129, 1, 1), (3, 67, 49, 18), (1, 132, 68, 36), (3, 20, 132, 12), (1, 4, 36, 1100)]
        let more = [(1, 3, 37, 1100), (2, 1, 1, 1030), (1, 2, 3, 0), (1, 17, 131, 36), (1, 36, 17, 131)]
        return (few + (isThorough ? more : [])).map { products, m, n, k in
            let task = MatmulTask(products: products, rows: m, columns: n, inner: k, transposeA: way.a, transposeB: way.b)
            return Sample(
                task.name, Matmul(transposeA: way.a, transposeB: way.b, epilogue: epilogue), task.operands + [TensorType([n])])
        }
    }
}

extension ConvolutionTask.Kind {
    fileprivate var samples: [Sample] {
        switch self {
        case .forward: Conv2D.samples
        case .inputGradient: Conv2DInputGradient.samples
        case .weightGradient: Conv2DWeightGradient.samples
        }
    }
}

/// Samples with the results of the CPU path, in one context for all variants.
private struct VariantRun {
    private let context: OpenCLContext
    private let samples: [(sample: Sample, data: SampleData, expected: [HostArray])]

    init(_ samples: [Sample]) throws {
        context = try openTestDevice()
        let cpu = try CheckTarget.cpu()[0].device
        self.samples = try samples.map { sample in
            let data = SampleData(sample, resultTypes: try sample.resultTypes())
            return (sample, data, try sample.run(on: cpu, data))
        }
    }

    /// Runs those samples that take a variant, of which there must be some.
    func check(_ variant: some KernelVariant, _ deviceClass: DeviceClass) throws {
        let device = OpenCLDevice(context, deviceClass: deviceClass, tuning: Tuning(asked: [variant.name]), cache: .off)
        var count = 0
        for (sample, data, expected) in samples {
            guard let choice = try device.variant(for: sample.launch()), choice.origin == .asked else { continue }
            #expect(choice.name == variant.name)
            count += 1
            let results = try sample.run(on: device, data)
            #expect(zip(results, expected).allSatisfy { sameBits($0, $1) }, "\(variant.name): \(sample.label)")
        }
        #expect(count > 0, "no sample takes \(variant.name)")
    }
}

extension Sample {
    /// Nowhere in particular.
    fileprivate func launch() throws -> Launch {
        func slots(_ types: [TensorType]) -> [Slot] { types.map { Slot(.external(0), $0) } }
        return Launch(operation, slots(operands), slots(try resultTypes()), label: label)
    }
}

/// The rules by which variants are taken.
@Suite struct VariantRuleTests {
    private static let tasks: [any TunedTask] = everyOperation.types.flatMap { type in
        type.samples.compactMap { sample in (try? sample.launch()).flatMap { TunedTasks.of($0) } }
    }

    @Test func namesCanBeRead() throws {
        #expect(Self.tasks.count > 100)
        func check<Task: TunedTask>(_ task: Task) {
            #expect(Task(parsing: task.name) == task, "\(task.name)")
            #expect(TunedTasks.parse(task.name)?.name == task.name)
            #expect(task.distance(to: task) == 0)
        }
        for task in Self.tasks { check(task) }
        check(ReplayTask(launches: 24))
        for name in ["", "matmul", "matmul 1x2:NN", "matmul 1x2x3", "matmul 1x2x3:NX", "matmul -1x2x3:NN", "matmul 0*1x2x3:NN", "conv2d 1x2x3x4",
            "conv2d 1x5x5x4 8x3x3 groups=3", "conv2d 1x5x5x4 8x3x3 padding=1", "conv2d 1x2x2x4 8x3x3", "conv2d 1x5x5x4 8x3x3 stride=0x1", "gather 3",
            "replay", "replay 0", "replay x", "replay 3 4"] {
            #expect(TunedTasks.parse(name) == nil, "\(name)")
        }
    }

    /// Devices at their least, on which something must run all the same.
    @Test(arguments: DeviceClass.allCases) func whatIsUsualRunsOnAnyDevice(deviceClass: DeviceClass) {
        for (workGroup, local) in [(1, 0), (256, 1 << 11), (256, 4 << 10), (1024, 32 << 10)] {
            var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "least", kinds: [.gpu])
            (info.largestWorkGroup, info.largestWorkItems, info.localMemory) = (workGroup, [workGroup, workGroup, 64], local)
            let traits = DeviceTraits(info, deviceClass)
            func check<Task: TunedTask>(_ task: Task) {
                #expect(task.takes(task.usual(on: traits), on: traits), "\(task.name) on \(workGroup), \(local)")
            }
            for task in Self.tasks { check(task) }
        }
    }

    @Test func onlyWhoCanRecordRecords() {
        var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "a device", kinds: [.gpu])
        let (task, asked) = (ReplayTask(launches: 24), Tuning(asked: ["command-buffer"]))
        #expect(asked.choice(for: task, on: DeviceTraits(info, .gpu)).variant == .calls)
        info.extensions = ["cl_khr_command_buffer"]
        #expect(asked.choice(for: task, on: DeviceTraits(info, .gpu)).variant == .commandBuffer)
        #expect(Tuning.none.choice(for: task, on: DeviceTraits(info, .gpu)).variant == .calls)
        // What was measured of one number of launches is taken for another.
        var file = TuningFile(TunedDevice(DeviceTraits(info, .gpu)))
        file["replay 24"] = TuningResult("replay 24")
        file["replay 24"]!.choice = "command-buffer"
        let near = Tuning(file: file).choice(for: ReplayTask(launches: 31), on: DeviceTraits(info, .gpu))
        #expect(near.variant == .commandBuffer && near.origin == .near)
    }

    @Test func tilesStayWithinLocalMemory() {
        var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "small", kinds: [.gpu])
        (info.largestWorkGroup, info.largestWorkItems, info.localMemory) = (256, [256, 256, 256], 16 << 10)
        let task = MatmulTask(rows: 512, columns: 512, inner: 512)
        func takes(_ name: String) -> Bool { task.takes(MatmulVariant.byName[name]!, on: DeviceTraits(info, .gpu)) }
        #expect(takes("groups-4x4-deep16") && !takes("groups-8x8-deep8-float4-double") && !takes("groups-4x4-deep16-split"))
        info.localMemory = 48 << 10
        #expect(takes("groups-8x8-deep8-float4-double") && takes("groups-8x8-deep16-float4-double"))
        #expect(MatmulVariant.byName["groups-8x4-deep32-float4-double"] == nil && MatmulVariant.byName["groups-2x4-deep16-float4"] == nil)
        info.largestWorkGroup = 128
        #expect(!takes("groups-4x4-deep16"))
        // A row narrower than a tile cannot be read where it lies.
        let narrow = MatmulTask(rows: 512, columns: 31, inner: 512)
        #expect(!narrow.takes(MatmulVariant.byName["registers-8x2"]!, on: DeviceTraits(info, .cpu)))
        #expect(narrow.takes(MatmulVariant.byName["registers-8x2-packed"]!, on: DeviceTraits(info, .cpu)))
    }
    /// What an H100 gets where nothing was measured: 132 units, of which none may be idle for long.
    @Test func aLargeDeviceGetsLargeTiles() {
        var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "large", kinds: [.gpu])
        (info.largestWorkGroup, info.largestWorkItems, info.localMemory, info.computeUnits) = (1024, [1024, 1024, 64], 48 << 10, 132)
        func usual(_ task: String) -> String { TunedTasks.parse(task).map { Tuning.none.name(for: $0, on: DeviceTraits(info, .gpu)).name } ?? "" }
        #expect(usual("matmul 4096x4096x4096:NN") == "groups-8x8-deep8-float4-double")
        #expect(usual("matmul 1024x1024x1024:NT") == "groups-4x4-deep16-float4-double")
        #expect(usual("matmul 256x512x512:NN") == "groups-2x2-deep32-double")
        #expect(usual("matmul 64x512x784:NN") == "groups-1x1-deep32-double")
        #expect(usual("matmul 10x10x65536:TN") == "groups-1x1-deep32-double-split")
        #expect(usual("conv2d 256x56x56x64 64x3x3 padding=1x1x1x1") == "groups-8x4-deep8-float4-double")
        #expect(usual("conv2d 256x56x56x64 3x3x3") == "plain")
    }
}
