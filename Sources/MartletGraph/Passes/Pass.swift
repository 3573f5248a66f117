import MartletCore
import MartletOps

/// Rewrites of a graph between building and planning. Each can be switched off; none changes a bit of any result.
public enum Pass: String, Hashable, Sendable, CaseIterable {
    /// One node for equal operations on equal operands.
    case mergeCommonSubexpressions
    /// A pointwise operation into the one pointwise operation that reads it.
    case fusePointwiseChains
    /// A pointwise operation into the product or convolution that it reads.
    case fuseEpilogues
    /// A pointwise operation into the reduction that reads it.
    case fusePrologues
    /// Results of pointwise operations over operands that nobody reads afterwards.
    case reuseOperandMemory
}

extension Graph {
    /// The graph after the given passes; composite operations are expanded and dead nodes removed in any case.
    func rewritten(by passes: Set<Pass>) throws(ShapeError) -> Graph {
        var graph = self
        try graph.expandComposites()
        if passes.contains(.mergeCommonSubexpressions) { graph.mergeCommonSubexpressions() }
        graph.removeDeadNodes()
        if passes.contains(.fusePointwiseChains) { graph.fusePointwiseChains() }
        if passes.contains(.fuseEpilogues) { graph.fuseEpilogues() }
        if passes.contains(.fusePrologues) { graph.fusePrologues() }
        return graph
    }

    /// Removes nodes whose results nobody reads.
    mutating func removeDeadNodes() {
        var needed = Set(destinations.keys)
        var kept: [Node] = []
        for node in nodes.reversed() where node.results.contains(where: needed.contains) {
            needed.formUnion(node.operands)
            kept.append(node)
        }
        nodes = kept.reversed()
    }

    /// Replaces composite operations by what they stand for.
    mutating func expandComposites() throws(ShapeError) {
        let old = nodes
        nodes = []
        var replaced: [Value: Value] = [:]
        for var node in old {
            node.operands = node.operands.map { replaced[$0] ?? $0 }
            guard let composite = node.operation as? any CompositeOperation else {
                nodes.append(node)
                continue
            }
            scope = node.label
            let results = try composite.expand(node.operands, in: &self)
            for (former, result) in zip(node.results, results) {
                replaced[former] = result
                // A view has no memory of its own that could be where the value is to be left: `leave` copies it.
                if let destination = destinations.removeValue(forKey: former) { try leave(result, at: destination) }
            }
        }
        scope = ""
    }

    mutating func mergeCommonSubexpressions() {
        struct Key: Hashable {
            let operation: AnyHashable
            let operands: [Value]
        }
        var known: [Key: [Value]] = [:]
        var replaced: [Value: Value] = [:]
        var kept: [Node] = []
        for var node in nodes {
            node.operands = node.operands.map { replaced[$0] ?? $0 }
            let key = Key(operation: AnyHashable(node.operation), operands: node.operands)
            // A value that must be left somewhere keeps its own node.
            if let former = known[key], !node.results.contains(where: { destinations[$0] != nil }) {
                for (result, same) in zip(node.results, former) { replaced[result] = same }
            } else {
                known[key] = node.results
                kept.append(node)
            }
        }
        nodes = kept
    }

    /// How often each value is read; a value that is left somewhere counts as read once more.
    func useCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: types.count)
        for node in nodes { for operand in node.operands { counts[operand.index] += 1 } }
        for value in destinations.keys { counts[value.index] += 1 }
        return counts
    }
}
