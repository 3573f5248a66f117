import MartletCore
import MartletGraph
import MartletOps

/// What has to run before some values are known: operations in order, and the leaves that they begin with.
struct Traversal {
    private(set) var operations: [DeferredOperation] = []
    private(set) var leaves: [DeferredValue] = []
    /// Results of the operations that were met, in order.
    private(set) var results: [DeferredValue] = []
    private let mark: UInt64

    /// - Parameters:
    ///   - mark: not that of another traversal on the device.
    ///   - isLeaf: values that are taken as they are although they are pending.
    init(_ roots: [DeferredValue], mark: UInt64, isLeaf: (DeferredValue) -> Bool = { _ in false }) {
        self.mark = mark
        var stack: [(operation: DeferredOperation, next: Int)] = []
        func visit(_ value: DeferredValue, _ this: inout Traversal) {
            if value.mark != mark {
                (value.mark, value.usesSeen) = (mark, 0)
                if case .pending(let operation, _) = value.content, !isLeaf(value) {
                    this.results.append(value)
                    value.place = -1
                    if operation.mark != mark {
                        operation.mark = mark
                        operation.place = -1
                        stack.append((operation, 0))
                    }
                } else {
                    value.place = this.leaves.count
                    this.leaves.append(value)
                }
            }
        }
        for root in roots {
            visit(root, &self)
            while let top = stack.last {
                if top.next < top.operation.operands.count {
                    stack[stack.count - 1].next += 1
                    let operand = top.operation.operands[top.next]
                    visit(operand, &self)
                    operand.usesSeen += 1
                } else {
                    top.operation.place = operations.count
                    operations.append(top.operation)
                    stack.removeLast()
                }
            }
        }
    }

    /// A number for a value that was met: leaves from 0, results of operations below 0.
    func reference(_ value: DeferredValue) -> Int {
        if value.place >= 0 { return value.place }
        guard case .pending(let operation, let result) = value.content else { preconditionFailure("a value without a place") }
        return -1 - (operation.place << 8 | result)
    }

    /// The graph of the operations; the first so many leaves' values, and each operation's results.
    /// - Parameter bakesConstants: constants become part of the graph instead of operands.
    func graph(bakesConstants: Bool) throws(ShapeError) -> (graph: Graph, value: (DeferredValue) -> Value, externals: [DeferredValue]) {
        var graph = Graph()
        var externals: [DeferredValue] = []
        var leafValues: [Value] = []
        for leaf in leaves {
            if bakesConstants, case .constant(let number) = leaf.content {
                leafValues.append(try graph.pointwise(shape: []) { $0.constant(number) })
            } else {
                leafValues.append(graph.external("operand \(externals.count)", leaf.type))
                externals.append(leaf)
            }
        }
        var operationValues: [[Value]] = []
        func value(_ deferred: DeferredValue) -> Value {
            let reference = reference(deferred)
            if reference >= 0 { return leafValues[reference] }
            let code = -1 - reference
            return operationValues[code >> 8][code & 0xFF]
        }
        for operation in operations {
            let operands = operation.operands.map { value($0) }
            operationValues.append(try graph.apply(operation.recipe.operation, operands))
        }
        let (leafList, operationList, this) = (leafValues, operationValues, self)
        return (
            graph,
            { deferred in
                let reference = this.reference(deferred)
                if reference >= 0 { return leafList[reference] }
                return operationList[(-1 - reference) >> 8][(-1 - reference) & 0xFF]
            }, externals
        )
    }
}
