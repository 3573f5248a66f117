import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

/// The structure of a traversal: what is computed from which types of operands, and what of it is wanted. Equal
/// structures have equal plans.
struct PlanKey: Hashable {
    private let leaves: [TensorType]
    private let recipes: [Recipe]
    /// For each operation the references of its operands, and then those of the outputs.
    private let wiring: [Int]
    private let hash: Int

    init(_ traversal: Traversal, outputs: [DeferredValue]) {
        leaves = traversal.leaves.map(\.type)
        recipes = traversal.operations.map(\.recipe)
        var wiring: [Int] = []
        wiring.reserveCapacity(4 * recipes.count + outputs.count)
        for operation in traversal.operations {
            wiring.append(operation.operands.count)
            for operand in operation.operands { wiring.append(traversal.reference(operand)) }
        }
        for output in outputs { wiring.append(traversal.reference(output)) }
        self.wiring = wiring
        var hasher = Hasher()
        hasher.combine(leaves)
        hasher.combine(wiring)
        for recipe in recipes { hasher.combine(recipe.hash) }
        hash = hasher.finalize()
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    static func == (a: PlanKey, b: PlanKey) -> Bool {
        a.hash == b.hash && a.wiring == b.wiring && a.leaves == b.leaves && a.recipes == b.recipes
    }
}

/// A plan that is ready to run on whatever tensors come.
final class PreparedPlan {
    let routine: any Routine
    let results: [TensorType]
    let launches: Int
    /// Words of each workspace.
    let workspaces: [Int]
    fileprivate(set) var lastUse = 0

    /// - Throws: `ShapeError` never for a graph whose shapes were checked when it was recorded.
    init(_ graph: Graph, inputs: Int, results: [TensorType], on device: any Device) throws(ComputeError) {
        let plan = try wrap { () throws(ShapeError) in
            try Plan(graph, separatesOutputs: true, largestBuffer: device.largestBuffer)
        }
        let regions = (0..<inputs).map { Region.external($0) } + results.indices.map { .result($0) }
            + plan.workspaces.indices.map { .workspace($0) }
        routine = try wrap { () throws(DeviceError) in try device.prepareRoutine(plan.program, regions: regions) }
        self.results = results
        launches = plan.program.launches.count
        workspaces = plan.workspaces
    }
}

/// The plans of a device by structure; the one not used for longest goes when there are too many.
struct PlanCache {
    private var plans: [PlanKey: PreparedPlan] = [:]
    private var clock = 0
    private let capacity = 1024

    mutating func plan(_ key: PlanKey) -> PreparedPlan? {
        guard let plan = plans[key] else { return nil }
        clock += 1
        plan.lastUse = clock
        return plan
    }

    mutating func insert(_ plan: PreparedPlan, under key: PlanKey) {
        if plans.count >= capacity, let oldest = plans.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            plans[oldest.key] = nil
        }
        clock += 1
        plan.lastUse = clock
        plans[key] = plan
    }

    mutating func remove(_ key: PlanKey) { plans[key] = nil }
    mutating func removeAll() { plans = [:] }
}
