import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

extension ComputeDevice {
    /// So many operations may wait for one value before they are run.
    static let pendingLimit = 256

    /// Runs what is needed for these values, if anything.
    ///
    /// One plan does it all. Values on the way are kept where a tensor stands for them or an operation outside reads
    /// them, so that nothing is computed twice; all others may be fused away.
    /// - Throws: `traced` where one hangs on an argument of a function that is being traced.
    func evaluate(
        _ values: [DeferredValue], step: StepParameters = StepParameters(), operation: String
    ) throws(ComputeError) {
        try requireOpen()
        // What evaluation lets go of is freed after the lock is: a caller's deallocator may run then.
        var traversal: Traversal?
        do throws(ComputeError) {
            try lock.withLock { (_) throws(ComputeError) in try evaluateLocked(values, step, operation, &traversal) }
        } catch {
            traversal = nil
            throw error
        }
        traversal = nil
    }

    /// Evaluates a value that waits for too much, or finds that it does not.
    func bound(_ value: DeferredValue) throws(ComputeError) {
        let count = lock.withLock { _ in Traversal([value], mark: nextMark()).operations.count }
        if count < Self.pendingLimit {
            value.pendingCount.store(count, ordering: .relaxed)
        } else {
            try evaluate([value], operation: "evaluate")
        }
    }

    func nextMark() -> UInt64 {
        lastMark += 1
        return lastMark
    }

    private func evaluateLocked(
        _ values: [DeferredValue], _ step: StepParameters, _ operation: String, _ kept: inout Traversal?
    ) throws(ComputeError) {
        guard values.contains(where: { if case .stored = $0.content { false } else { true } }) else { return }
        if values.contains(where: { $0.trace != 0 }) { throw .traced(operation: operation) }
        let traversal = Traversal(values, mark: nextMark())
        kept = traversal
        let (outputs, views) = wanted(values, in: traversal)
        if !outputs.isEmpty {
            let key = PlanKey(traversal, outputs: outputs)
            let plan = try plan(key, traversal, outputs)
            var inputs: [Storage] = []
            for leaf in traversal.leaves { inputs.append(try storage(leaf)) }
            let results: [Storage]
            do {
                results = try run(plan, inputs, step: step)
            } catch {
                plans.remove(key)
                throw error
            }
            for (output, result) in zip(outputs, results) { settle(output, result) }
        }
        for (view, root) in views { settle(view, try storage(root)) }
    }

    private func settle(_ value: DeferredValue, _ storage: Storage) {
        value.content = .stored(storage)
        value.pendingCount.store(0, ordering: .relaxed)
    }

    /// The values that are to be left in memory; and views, with the values whose memory they are.
    private func wanted(
        _ requested: [DeferredValue], in traversal: Traversal
    ) -> (outputs: [DeferredValue], views: [(DeferredValue, DeferredValue)]) {
        var outputs: [DeferredValue] = []
        var places = Set<ObjectIdentifier>()
        var views: [(DeferredValue, DeferredValue)] = []
        func want(_ value: DeferredValue) {
            if places.insert(ObjectIdentifier(value)).inserted { outputs.append(value) }
        }
        let asked = Set(requested.map(ObjectIdentifier.init))
        for value in traversal.results {
            guard asked.contains(ObjectIdentifier(value)) || value.isHeld.load(ordering: .acquiring)
                || value.uses.load(ordering: .acquiring) > value.usesSeen
            else { continue }
            let root = root(of: value)
            if root !== value { views.append((value, root)) }
            if case .pending = root.content { want(root) }
        }
        return (outputs, views)
    }

    /// What a view looks at; the value itself where it is none, or where there is no memory to look at.
    private func root(of value: DeferredValue) -> DeferredValue {
        var root = value
        while case .pending(let operation, _) = root.content, operation.recipe.isView { root = operation.operands[0] }
        if case .constant = root.content { return value }
        return root
    }

    private func plan(
        _ key: PlanKey, _ traversal: Traversal, _ outputs: [DeferredValue]
    ) throws(ComputeError) -> PreparedPlan {
        if let plan = plans.plan(key) { return plan }
        let graph = try wrap { () throws(ShapeError) in
            var (graph, value, _) = try traversal.graph(bakesConstants: false)
            for (index, output) in outputs.enumerated() { try graph.leave(value(output), at: .output(index)) }
            return graph
        }
        let plan = try prepare(graph, inputs: traversal.leaves.count, results: outputs.map(\.type))
        plans.insert(plan, under: key)
        return plan
    }

    func prepare(_ graph: Graph, inputs: Int, results: [TensorType]) throws(ComputeError) -> PreparedPlan {
        counts.plans += 1
        return try PreparedPlan(graph, inputs: inputs, results: results, on: backend)
    }

    /// Enqueues a plan on the memory of its inputs.
    func run(_ plan: PreparedPlan, _ inputs: [Storage], step: StepParameters = StepParameters()) throws(ComputeError) -> [Storage] {
        var results: [Storage] = []
        var workspaces: [Storage] = []
        var buffers: [any Buffer] = []
        buffers.reserveCapacity(inputs.count + plan.results.count + plan.workspaces.count)
        do {
            for type in plan.results { results.append(try memory.allocate(type, purpose: "a tensor of \(type)")) }
            for words in plan.workspaces {
                workspaces.append(try memory.allocate(TensorType([words]), purpose: "intermediate values"))
            }
            for storage in inputs + results + workspaces {
                guard let buffer = storage.buffer else { throw ComputeError.closed(device: name) }
                buffers.append(buffer)
            }
            try plan.routine.run(step, on: buffers)
        } catch let error as DeviceError {
            throw .device(error)
        } catch {
            throw .closed(device: name)
        }
        counts.evaluations += 1
        counts.launches += plan.launches
        return results
    }

    /// The memory of a value that is known.
    func storage(_ value: DeferredValue) throws(ComputeError) -> Storage {
        switch value.content {
        case .stored(let storage): return storage
        case .constant(let number): return try scalar(number)
        case .pending, .argument: throw .traced(operation: "evaluate")
        }
    }

    private func scalar(_ number: Float) throws(ComputeError) -> Storage {
        if let known = scalars[number.bitPattern] { return known }
        let storage = try upload(HostArray([], [number]))
        if scalars.count >= 256 { scalars = [:] }
        scalars[number.bitPattern] = storage
        return storage
    }

    /// A copy of an array in the device's memory.
    func upload(_ array: HostArray) throws(ComputeError) -> Storage {
        let storage = try wrap { () throws(DeviceError) in try memory.allocate(array.type, purpose: "a tensor of \(array.type)") }
        guard let buffer = storage.buffer else { throw .closed(device: name) }
        if array.count > 0 { try wrap { () throws(DeviceError) in try buffer.write(array, at: 0) } }
        return storage
    }
}
