import MartletBackend
import MartletCore
import MartletCPU
import MartletOps
import Testing

/// Launches that `run` takes together row by row give what they give one by one, as `runTimed` takes them.
@Suite struct RowSweepTests {
    private static let devices: [CPUDevice] = [1, 2, 3].compactMap { try? CPUDevice(threads: $0) }
    private static let exponential = Expression { e in e.apply(.exp, e.apply(.subtract, e.operand(0), e.operand(1))) }

    /// Softmax as four launches, with the result in place of the exponentials, behind a launch that any number of rows suits.
    private func softmax(_ rows: Int, _ columns: Int) -> [Launch] {
        let whole = TensorType([rows, columns]), kept = TensorType([rows, 1]), reduced = TensorType([rows])
        let (x, twice, e) = (Slot(.external(0), whole), Slot(.external(1), whole), Slot(.external(2), whole))
        return [
            Launch(Pointwise(Expression { $0.apply(.add, $0.operand(0), $0.operand(0)) }), [x], [twice], label: "twice"),
            Launch(Reduce(.maximum, axes: 1..<2), [twice], [Slot(.external(3), reduced)], label: "maximum"),
            Launch(Pointwise(Self.exponential), [twice, Slot(.external(3), kept)], [e], label: "exponentials"),
            Launch(Reduce(.sum, axes: 1..<2), [e], [Slot(.external(4), reduced)], label: "sum"),
            Launch(Pointwise(Expression(.divide)), [e, Slot(.external(4), kept)], [e], label: "quotients"),
        ]
    }

    /// All buffers after a run of the launches.
    private func results(
        _ launches: [Launch], _ counts: [Int], on device: CPUDevice, oneByOne: Bool
    ) throws -> [[UInt32]] {
        let buffers = try counts.map { try device.makeBuffer(.float32, count: $0, purpose: "a test") }
        try buffers[0].write(HostArray([counts[0]], (0..<counts[0]).map { Float($0 * 7919 % 1013) / 97 - 5 }), at: 0)
        let regions = Dictionary(uniqueKeysWithValues: buffers.enumerated().map { (Region.external($0), $1) })
        let executable = try device.prepare(Program(launches), regions: regions)
        if oneByOne {
            #expect(try executable.runTimed(StepParameters()).count == launches.count)
        } else {
            try executable.run(StepParameters())
        }
        return try zip(buffers, counts).map { try $0.read(TensorType([$1]), at: 0).floats.map(\.bitPattern) }
    }

    @Test(arguments: [(7, 33), (129, 10), (64, 1024), (20, 1100), (9, 5000), (3, 1), (1, 4099)])
    func togetherAsOneByOne(rows: Int, columns: Int) throws {
        let counts = [rows * columns, rows * columns, rows * columns, rows, rows]
        let expected = try results(softmax(rows, columns), counts, on: Self.devices[0], oneByOne: true)
        for device in Self.devices {
            #expect(try results(softmax(rows, columns), counts, on: device, oneByOne: false) == expected)
        }
    }

    /// An intermediate value may be computed where the result goes, unless somebody still reads what lies there, or the value.
    @Test(arguments: [false, true], [false, true])
    func intermediateValuesAndResults(resultIsRead: Bool, valueIsReadLater: Bool) throws {
        let type = TensorType([40, 100])
        let (x, value, result, other) = (
            Slot(.external(0), type), Slot(.workspace(0), type), Slot(.outputs, type), Slot(.outputs, offset: type.elementCount, type)
        )
        let sum = Pointwise(Expression(.add)), negated = Pointwise(Expression(.negate))
        var launches = [
            Launch(negated, [x], [result], label: "an earlier result"),
            Launch(Pointwise(Expression(.exp)), [x], [value], label: "value"),
            Launch(sum, resultIsRead ? [result, value] : [x, value], [other], label: "a reader"),
            Launch(sum, [value, x], [result], label: "result"),
        ]
        if valueIsReadLater { launches.append(Launch(negated, [value], [other], label: "a later reader")) }
        let counts = [Region.external(0): 4000, .workspace(0): 4000, .outputs: 8000]
        let device = Self.devices[1]
        let buffers = try counts.mapValues { try device.makeBuffer(.float32, count: $0, purpose: "a test") }
        let values = (0..<4000).map { Float($0 * 7919 % 1013) / 97 - 5 }
        try buffers[.external(0)]!.write(HostArray([4000], values), at: 0)
        try device.prepare(Program(launches), regions: buffers).run(StepParameters())
        let found = try buffers[.outputs]!.read(TensorType([8000]), at: 0).floats
        for (index, value) in values.enumerated() {
            let exponential = found[index] - value
            let expected = valueIsReadLater ? -exponential : (resultIsRead ? -value : value) + exponential
            #expect(abs(found[4000 + index] - expected) <= 1e-4 * max(1, abs(expected)))
        }
    }

    /// What one row's launch writes over another row's elements waits for all rows.
    @Test func memoryUsedAgainIsWaitedFor() throws {
        let (rows, columns) = (48, 100)
        let whole = TensorType([rows, columns])
        let launches = [
            Launch(Reduce(.sum, axes: 1..<2), [Slot(.external(0), whole)], [Slot(.external(1), TensorType([rows]))], label: "sums"),
            Launch(
                Pointwise(Expression(.negate), shape: [rows, columns]), [Slot(.external(1), TensorType([rows, 1]))],
                [Slot(.external(0), offset: columns, whole)], label: "a row further"),
        ]
        let counts = [(rows + 1) * columns, rows]
        for device in Self.devices {
            #expect(
                try results(launches, counts, on: device, oneByOne: false)
                    == results(launches, counts, on: Self.devices[0], oneByOne: true))
        }
    }
}
