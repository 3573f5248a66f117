import Martlet
import Testing

@Suite struct PlanTests {
    private func plan(_ passes: Set<Pass> = Set(Pass.allCases), largestBuffer: Int = .max) throws -> Plan {
        try Runs.perceptron().trainingPlan(
            Runs.digits.train, loss: .crossEntropy, optimizer: .adam(), batchSize: 64, passes: passes,
            largestBuffer: largestBuffer)
    }

    /// Values that are alive at the same time lie apart; only a result may begin where its operand ends.
    @Test(arguments: [Int.max, 1 << 15])
    func valuesAliveTogetherDoNotOverlap(largestBuffer: Int) throws {
        let plan = try plan(largestBuffer: largestBuffer)
        #expect(!plan.lifetimes.isEmpty)
        for (index, a) in plan.lifetimes.enumerated() {
            for b in plan.lifetimes[(index + 1)...] where a.slot.region == b.slot.region {
                let together = a.launches.clamped(to: b.launches)
                let areTogether = a.launches.overlaps(b.launches) && together.count > 1
                let (x, y) = (a.slot, b.slot)
                let overlap = x.offset < y.offset + y.type.elementCount && y.offset < x.offset + x.type.elementCount
                #expect(!(areTogether && overlap), "\(a.label) \(x) and \(b.label) \(y)")
            }
        }
    }

    @Test func smallBuffersMeanSeveralWorkspaces() throws {
        let (whole, parts) = (try plan(), try plan(largestBuffer: 1 << 15))
        #expect(whole.workspaces.count == 1)
        #expect(parts.workspaces.count > 1)
        #expect(parts.workspaces.allSatisfy { 4 * $0 <= 1 << 15 })
        #expect(parts.program.launches.count == whole.program.launches.count)
    }

    @Test func passesSaveLaunchesAndMemory() throws {
        let (fused, plain) = (try plan(), try plan([]))
        #expect(fused.program.launches.count < plain.program.launches.count)
        #expect(fused.workspaces.reduce(0, +) < plain.workspaces.reduce(0, +))
        // Little is lost to the arrangement.
        #expect(Double(4 * fused.workspaces[0]) < 1.1 * Double(fused.leastWorkspace))
    }

    @Test func equalGraphsGetEqualPlans() throws {
        let (a, b) = (try plan(), try plan())
        #expect(a.lines.map(\.operands) == b.lines.map(\.operands))
        #expect(a.lines.map(\.results) == b.lines.map(\.results))
    }

    @Test func shapesThatDoNotFitAreNamed() throws {
        var graph = Graph()
        let a = graph.external("a", TensorType([3, 4]))
        let b = graph.external("b", TensorType([5, 6]))
        let error = #expect(throws: ShapeError.self) { try graph.matmul(a, b) }
        #expect(error?.description.contains("3x4") == true && error?.description.contains("5x6") == true)
        #expect(throws: ShapeError.self) { try graph.apply(.add, a, b) }
        #expect(throws: ShapeError.self) { try graph.gradients(of: a, for: [b]) }
        let large = graph.external("large", TensorType([1 << 16, 1]))
        let row = graph.external("row", TensorType([1, 1 << 15]))
        let tooLarge = #expect(throws: ShapeError.self) { try graph.apply(.add, large, row) }
        #expect(tooLarge?.description.contains("2^31") == true)
    }

    @Test func aValueUsedTwiceGetsBothGradients() throws {
        // d/dx (x * x + x) = 2 x + 1
        var graph = Graph()
        let x = graph.external("x", TensorType([3]))
        let y = try graph.apply(.add, try graph.apply(.multiply, x, x), x)
        let gradient = try #require(try graph.gradients(of: try graph.reduce(.sum, y), for: [x])[0])
        try graph.leave(gradient, at: .output(0))
        let plan = try Plan(graph)
        for device in TestDevices.each {
            let input = try device.makeBuffer(.float32, count: 3, purpose: "x")
            try input.write(HostArray([3], [1, -2, 0.5] as [Float]), at: 0)
            var regions: [Region: any Buffer] = [.external(0): input]
            regions[.outputs] = try device.makeBuffer(.float32, count: plan.outputs.total, purpose: "dx")
            for (index, words) in plan.workspaces.enumerated() {
                regions[.workspace(index)] = try device.makeBuffer(.float32, count: words, purpose: "workspace")
            }
            try device.prepare(plan.program, regions: regions).run(StepParameters())
            #expect(try regions[.outputs]!.read(TensorType([3]), at: 0).floats == [3, -3, 2], "\(device.name)")
        }
    }
}
