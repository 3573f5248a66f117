import MartletBackend
import MartletConformance
import MartletCore
import MartletOpenCL
import MartletOps
import Testing

/// Samples on one of Oclgrind's contexts.
struct OclgrindRun {
    let device: OpenCLDevice
    /// Oclgrind gives new memory the place of freed memory, and takes what it knew of that for what is so of this. So
    /// nothing is freed before the end.
    private var kept: [PreparedSample] = []
    /// Every kernel's name that ran.
    var kernels: Set<String> = []

    init(_ device: OpenCLDevice) { self.device = device }

    /// Runs of those samples of an operation that `isMeant` the ones with few elements, and the cheapest that launches
    /// each program's kernel which these do not; each must have the bits of the CPU path.
    mutating func run(_ operation: any Operation.Type, on cpu: any Device, where isMeant: (Sample) -> Bool) throws {
        var programs: Set<String> = []
        for (sample, isSmall) in try candidates(operation) where isMeant(sample) {
            let data = SampleData(sample, resultTypes: try sample.resultTypes())
            let prepared = try PreparedSample(sample, data, on: device)
            kept.append(prepared)
            let launches = try #require(prepared.executable as? OpenCLExecutable).launches.map(\.kernel)
            let launched = Set(launches.map { $0.name + $0.program.options })
            guard isSmall || !programs.isSuperset(of: launched) else { continue }
            programs.formUnion(launched)
            kernels.formUnion(launches.map(\.name))
            let results = zip(try prepared.run(), try sample.run(on: cpu, data))
            #expect(results.allSatisfy { sameBits($0, $1) }, "\(device.deviceClass) \(operation.name) '\(sample.label)'")
        }
    }

    /// An operation's samples, the cheapest first, with whether all of such a size are run.
    private func candidates(_ operation: any Operation.Type) throws -> [(sample: Sample, isSmall: Bool)] {
        // With vectors at least one whole vector is to be among them; work-items one by one take longer.
        let few = device.deviceClass == .cpu ? 600 : 130
        // A work-group of 256 takes seconds for any product, and the table has many.
        let isProduct = operation is Matmul.Type
        let convolutions: [any Operation.Type] = [Conv2D.self, Conv2DInputGradient.self, Conv2DWeightGradient.self]
        let isSlow = isProduct || device.deviceClass == .gpu && convolutions.contains { $0 == operation }
        let samples = try operation.samples.map { (work: try $0.work, sample: $0) }.sorted { $0.work < $1.work }.map(\.sample)
        return (isProduct ? Self.products.map { ($0, true) } : []) + samples.map { ($0, !isSlow && $0.size <= few) }
    }

    /// More than one tile, parts of one, more than one segment; and for each way in which factors lie, neither, both or one read in
    /// vectors.
    private static let products: [Sample] = {
        var extents = [(65, 2, 1, true, false), (2, 3, 1025, false, true)]
        for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
            // Numbers of rows, of columns and of k that allow it or not.
            for (m, n, k) in [(2, 3, 17), (4, 8, 20), (4, 3, 9), (3, 4, 9), (3, 2, 12)] { extents.append((m, n, k, transposeA, transposeB)) }
        }
        return extents.map { m, n, k, transposeA, transposeB in
            Sample(
                "\(m)x\(n)x\(k) \(transposeA ? "T" : "N")\(transposeB ? "T" : "N")",
                Matmul(transposeA: transposeA, transposeB: transposeB),
                [TensorType(transposeA ? [k, m] : [m, k]), TensorType(transposeB ? [n, k] : [k, n])])
        }
    }()
}

extension Sample {
    fileprivate var work: Int {
        get throws {
            let cost = operation.cost(operands, try resultTypes())
            return Int(cost.flops) + Int(cost.bytes)
        }
    }
}
