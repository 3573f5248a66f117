import MartletCore
import MartletGraph
import MartletOps

/// What a launch does, to which data.
struct Workload {
    enum Work {
        /// With what its results hold before.
        case launch(any Operation, before: [HostArray])
        case graph(Graph)
    }

    var work: Work
    var operands: [HostArray]
    var step = StepParameters(seed: 0x1234_5678_9ABC_DEF0)
    /// Whether a second launch finds what the first has left.
    var isInPlace = false

    init(_ operation: any Operation, _ operands: [HostArray]) throws(ShapeError) {
        self.operands = operands
        work = .launch(operation, before: try operation.resultTypes(operands.map(\.type)).map { Self.blank($0) })
    }

    init(_ graph: Graph, _ operands: [HostArray]) {
        work = .graph(graph)
        self.operands = operands
    }

    /// Anything that a launch does not write would show.
    static func blank(_ type: TensorType) -> HostArray {
        type.dtype == .float32 ? HostArray(type.shape, [Float](repeating: .nan, count: type.elementCount)) : HostArray(zeros: type)
    }
}
