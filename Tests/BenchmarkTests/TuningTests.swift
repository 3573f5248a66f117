import MartletBackend
import MartletBenchmark
import MartletOpenCL
import MartletOps
import MartletTraining
import Testing

/// The search through variants, without a device: times come from a formula.
@Suite struct TuningTests {
    private static let traits: DeviceTraits = {
        var info = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "a device", kinds: [.cpu])
        (info.largestWorkGroup, info.largestWorkItems, info.localMemory) = (1024, [1024, 1024, 64], 48 << 10)
        return DeviceTraits(info, .cpu)
    }()
    private let task = MatmulTask(rows: 64, columns: 512, inner: 784)

    /// Searches to the end.
    private func run(_ search: TuningSearch<MatmulTask>, _ time: (String) -> Double?) -> (TuningResult, order: [String]) {
        var result = TuningResult("a task")
        var order: [String] = []
        while let next = search.next(after: result) {
            order.append(next)
            if order.count > 1000 { break }
            let found = time(next)
            result[next] = .init(next, microseconds: found ?? 0, ratio: found ?? 1, problem: found == nil ? "wrong" : nil)
        }
        return (result, order)
    }

    @Test func theSearchComesToTheBestByNeighbours() {
        let search = TuningSearch(task, on: Self.traits)
        // A slope with its foot at 13x2, packed.
        let (result, order) = run(search) { name in
            guard case .registers(let product)? = MatmulVariant.byName[name] else { return nil }
            return 1 + abs(Double(product.rows) - 13) * 0.01 + abs(Double(product.vectors) - 2) * 0.05 + (product.packs ? 0 : 0.1)
        }
        #expect(order.first == search.usual && Set(order).count == order.count)
        #expect(result.ranking.first?.variant == "registers-13x2-packed")
        #expect(order.count < search.candidates.count)
    }

    @Test func wrongVariantsAreGoneBy() {
        let search = TuningSearch(task, on: Self.traits)
        let usual = search.usual
        let (result, order) = run(search) { $0 == usual || $0 == "registers-10x2" ? nil : 1 }
        #expect(result[usual]?.problem != nil && order.count > 10)
        #expect(result.ranking.allSatisfy { $0.variant != usual && $0.variant != "registers-10x2" })
        let (nothing, all) = run(search) { _ in nil }
        #expect(nothing.ranking.isEmpty && Set(all).count == search.candidates.count)
        #expect(search.next(after: TuningResult("a task"), without: Set(all)) == nil)
    }

    @Test func whatIsFastElsewhereIsTriedEarly() {
        let search = TuningSearch(task, on: Self.traits, seeds: ["registers-2x8-across", "no such variant", "groups-4x4-deep16"])
        let (_, order) = run(search) { _ in 1 }
        #expect(order.prefix(2) == [search.usual, "registers-2x8-across"])
    }

    @Test func wishesAreRead() throws {
        #expect(try TuningWish.parse("64x512x784:NT,fc1,64,2x8x3x16:same,64").map(\.name) == [
            "matmul 64x512x784:NT", "matmul 64x512x784:NN", "matmul 64x64x64:NN", "conv2d 2x8x8x3 16x3x3 padding=1x1x1x1",
            "conv2d_input_gradient 2x8x8x3 16x3x3 padding=1x1x1x1", "conv2d_weight_gradient 2x8x8x3 16x3x3 padding=1x1x1x1",
        ])
        #expect(try TuningWish.parse("64,64").map(\.count) == [2])
        for text in ["", "64x", "1x2", "2x8x3x16:full", "1x2x3x4x5"] { #expect(throws: TrainingError.self) { try TuningWish.parse(text) } }
        #expect(TuningWish.usual.count > 30 && Set(TuningWish.usual.map(\.name)).count == TuningWish.usual.count)
        for wish in TuningWish.usual { #expect(TunedTasks.parse(wish.name)?.name == wish.name) }
    }
}
