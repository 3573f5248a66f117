import MartletCore
import MartletOps

/// Beyond this a fused expression would need more registers or kernel arguments than it saves.
private let operandLimit = 12
private let instructionLimit = 48

extension Graph {
    mutating func fusePointwiseChains() {
        inlineProducers { graph, consumer in
            guard let pointwise = consumer.operation as? Pointwise else { return nil }
            let shape = graph.type(of: consumer.results[0]).shape
            return Consumer(expression: pointwise.expression, shape: shape, rebuild: { Pointwise($0, shape: shape) })
        }
    }

    mutating func fusePrologues() {
        inlineProducers { graph, consumer in
            guard let reduce = consumer.operation as? Reduce,
                let shape = reduce.reducedShape(consumer.operands.map { graph.types[$0.index] })
            else { return nil }
            return Consumer(
                expression: reduce.prologue, shape: shape, rebuild: {
                    Reduce(reduce.kind, axes: reduce.axes, prologue: $0)
                })
        }
    }

    /// A node into whose expression pointwise producers can be put.
    private struct Consumer {
        var expression: Expression
        /// What the expression's elements run over: only a producer of this shape computes each element once.
        var shape: Shape
        var rebuild: (Expression) -> any Operation
    }

    /// Puts pointwise nodes that have one reader into that reader, from the first node to the last.
    private mutating func inlineProducers(_ describe: (Graph, Node) -> Consumer?) {
        var uses = useCounts()
        var producer: [Value: Int] = [:]
        var removed = Set<Int>()
        for place in nodes.indices {
            if let consumer = describe(self, nodes[place]) {
                inlineOperands(of: place, consumer, &uses, producer, &removed)
            }
            if nodes[place].operation is Pointwise { producer[nodes[place].results[0]] = place }
        }
        nodes = nodes.indices.filter { !removed.contains($0) }.map { nodes[$0] }
    }

    private mutating func inlineOperands(
        of place: Int, _ consumer: Consumer, _ uses: inout [Int], _ producer: [Value: Int], _ removed: inout Set<Int>
    ) {
        var builder = ExpressionBuilder()
        var operands: [Value] = []
        func term(of value: Value, _ builder: inout ExpressionBuilder) -> Term {
            if let known = operands.firstIndex(of: value) { return builder.operand(known) }
            operands.append(value)
            return builder.operand(operands.count - 1)
        }
        let node = nodes[place]
        var terms: [Term] = []
        var taken: [Int] = []
        var budget = instructionLimit - consumer.expression.instructions.count
        var room = operandLimit - Set(node.operands).count
        for operand in node.operands {
            let readHere = node.operands.count { $0 == operand }
            if let source = producer[operand], let pointwise = nodes[source].operation as? Pointwise,
                canInline(nodes[source], pointwise, into: consumer, uses: uses[operand.index], readHere: readHere),
                // What is taken for one operand is taken for all that read it: afterwards it is gone.
                taken.contains(source)
                    || (pointwise.expression.instructions.count <= budget && nodes[source].operands.count - 1 <= room)
            {
                let inner = nodes[source].operands.map { term(of: $0, &builder) }
                terms.append(builder.inline(pointwise.expression, inner))
                if !taken.contains(source) {
                    taken.append(source)
                    budget -= pointwise.expression.instructions.count
                    room -= nodes[source].operands.count - 1
                }
            } else {
                terms.append(term(of: operand, &builder))
            }
        }
        guard !taken.isEmpty else { return }
        let result = builder.inline(consumer.expression, terms)
        let (expression, reads) = builder.expression(result).compacted()
        // A reduction must still see its shape in its operands.
        let shapes = reads.map { types[operands[$0].index].shape }
        if nodes[place].operation is Reduce, Broadcast.common(shapes) != consumer.shape { return }

        for source in taken {
            let value = nodes[source].results[0]
            uses[value.index] -= node.operands.count { $0 == value }
            if uses[value.index] == 0 { removed.insert(source) }
        }
        nodes[place].operation = consumer.rebuild(expression)
        nodes[place].operands = reads.map { operands[$0] }
        // The operands of a producer that stays are read once more.
        uses = useCounts(without: removed)
    }

    private func canInline(
        _ source: Node, _ pointwise: Pointwise, into consumer: Consumer, uses: Int, readHere: Int
    ) -> Bool {
        let value = source.results[0]
        if destinations[value] != nil { return false }
        let isConstant = source.operands.isEmpty && !pointwise.expression.isRandom
        if isConstant { return true }
        return uses == readHere && types[value.index].shape == consumer.shape
    }

    private func useCounts(without removed: Set<Int>) -> [Int] {
        var counts = [Int](repeating: 0, count: types.count)
        for place in nodes.indices where !removed.contains(place) {
            for operand in nodes[place].operands { counts[operand.index] += 1 }
        }
        for value in destinations.keys { counts[value.index] += 1 }
        return counts
    }

    /// Puts a pointwise operation into the product or convolution that it reads, where it is the only reader.
    mutating func fuseEpilogues() {
        var uses = useCounts()
        var products: [Value: Int] = [:]
        var removed = Set<Int>()
        for place in nodes.indices {
            let node = nodes[place]
            if node.operation is any EpilogueOperation { products[node.results[0]] = place }
            guard let pointwise = node.operation as? Pointwise else { continue }
            let shape = types[node.results[0].index].shape
            let candidates = node.operands.filter { operand in
                products[operand] != nil && uses[operand.index] == node.operands.count { $0 == operand }
                    && destinations[operand] == nil && types[operand.index].shape == shape
            }
            guard let product = candidates.first, let source = products[product],
                var fused = nodes[source].operation as? any EpilogueOperation,
                fused.epilogue.instructions.count + pointwise.expression.instructions.count <= instructionLimit,
                nodes[source].operands.count + node.operands.count <= operandLimit
            else { continue }

            var builder = ExpressionBuilder()
            let former = nodes[source].operands.dropFirst(2)
            let inner = builder.inline(fused.epilogue, (0...former.count).map { builder.operand($0) })
            var extra = Array(former)
            var terms: [Term] = []
            for operand in node.operands {
                if operand == product {
                    terms.append(inner)
                } else {
                    if !extra.contains(operand) { extra.append(operand) }
                    terms.append(builder.operand(1 + extra.firstIndex(of: operand)!))
                }
            }
            // An epilogue that no longer reads the product would be a wasted product, never built by a sane graph.
            let result = builder.inline(pointwise.expression, terms)
            fused.epilogue = builder.expression(result)

            nodes[place].operation = fused
            nodes[place].operands = Array(nodes[source].operands.prefix(2)) + extra
            nodes[place].label = nodes[source].label
            removed.insert(source)
            products[nodes[place].results[0]] = place
            uses = useCounts(without: removed)
        }
        nodes = nodes.indices.filter { !removed.contains($0) }.map { nodes[$0] }
    }
}
