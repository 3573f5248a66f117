import MartletBackend
import MartletConformance
import MartletCore
import MartletOpenCL
import MartletOps
import Testing

/// Every variant that is declared gives the bits of the CPU path, at shapes that no tile divides.
@Suite(withDevice) struct VariantTests {
    @Test func products() throws {
        let run = try VariantRun(Self.products)
        for variant in MatmulVariant.all { try run.check(variant) }
    }

    @Test func convolutions() throws {
        // Every shape, without epilogues.
        let samples = (Conv2D.samples + Conv2DInputGradient.samples + Conv2DWeightGradient.samples).filter { $0.operands.count == 2 }
        let run = try VariantRun(samples)
        for variant in ConvolutionVariant.all { try run.check(variant) }
    }

    /// One expression for all, so that a variant is one program.
    private static let products: [Sample] = {
        let epilogue = Expression { e in e.apply(.relu, e.apply(.add, e.operand(0), e.operand(1))) }
        var samples: [Sample] = []
        for (products, m, n, k) in [(1, 17, 131, 37), (3, 67, 49, 18), (1, 131, 67, 9), (1, 3, 37, 1100), (2, 1, 1, 1030), (1, 2, 3, 0)] {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                let task = MatmulTask(products: products, rows: m, columns: n, inner: k, transposeA: transposeA, transposeB: transposeB)
                samples.append(Sample(
                    task.name, Matmul(transposeA: transposeA, transposeB: transposeB, epilogue: epilogue),
                    task.operands + [TensorType([n])]))
            }
        }
        return samples
    }()
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
    func check(_ variant: some KernelVariant) throws {
        let device = OpenCLDevice(context, deviceClass: .cpu, tuning: Tuning(asked: [variant.name]), cache: .off)
        var count = 0
        for (sample, data, expected) in samples {
            let choice = try #require(device.variant(for: sample.launch()) ?? ("", .usual))
            guard choice.origin == .asked else { continue }
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
        #expect(takes("groups-4x4-deep16") && !takes("groups-8x8-deep32") && !takes("groups-4x4-deep16-split"))
        info.localMemory = 48 << 10
        #expect(takes("groups-8x8-deep32"))
        info.largestWorkGroup = 128
        #expect(!takes("groups-4x4-deep16"))
        // A row narrower than a tile cannot be read where it lies.
        let narrow = MatmulTask(rows: 512, columns: 31, inner: 512)
        #expect(!narrow.takes(MatmulVariant.byName["registers-8x2"]!, on: DeviceTraits(info, .cpu)))
        #expect(narrow.takes(MatmulVariant.byName["registers-8x2-packed"]!, on: DeviceTraits(info, .cpu)))
    }
}
