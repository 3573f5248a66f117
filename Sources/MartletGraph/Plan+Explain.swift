import MartletBackend
import MartletCore
import MartletOps

extension Plan {
    /// One launch as `martlet plan --explain` shows it.
    public struct Line: Sendable {
        /// The place of the launch, from 0.
        public let number: Int
        /// The layer or tensor that it is for.
        public let label: String
        /// Its name, with the attributes that matter.
        public let operation: String
        /// Type and place in memory of each.
        public let operands: [String]
        /// Type and place in memory of each.
        public let results: [String]
        /// Floating-point operations; a multiply-add is two.
        public let flops: Int
        /// Bytes read and written, each operand and result once.
        public let bytes: Int
    }

    /// Every launch in order.
    public var lines: [Line] {
        program.launches.enumerated().map { $1.line($0) }
    }

    /// Floating-point operations and bytes moved by one replay.
    public var cost: (flops: Int, bytes: Int) {
        program.launches.map(\.cost).reduce((0, 0)) { ($0.0 + $1.flops, $0.1 + $1.bytes) }
    }

    /// What the values alive at once need at least, in bytes: no arrangement in memory can do with less. A result in the
    /// place of its operand is counted once.
    public var leastWorkspace: Int {
        struct Place: Hashable {
            let region: Region
            let offset: Int
        }
        var least = 0
        for number in program.launches.indices {
            var alive: [Place: Int] = [:]
            for life in lifetimes where life.launches.contains(number) {
                let place = Place(region: life.slot.region, offset: life.slot.offset)
                alive[place] = max(alive[place] ?? 0, life.slot.type.byteCount)
            }
            least = max(least, alive.values.reduce(0, +))
        }
        return least
    }
}

extension Plan {
    /// What the launches of the gradients read of what was computed before them, in bytes: what training keeps beyond
    /// what use needs. 0 for a plan without gradients.
    public var heldForBackward: Int {
        guard let first = program.launches.firstIndex(where: { $0.label.hasPrefix(Graph.gradientScope) }) else { return 0 }
        return lifetimes.filter { $0.launches.lowerBound < first && $0.launches.upperBound >= first }
            .map { $0.slot.type.byteCount }.reduce(0, +)
    }
}

extension Launch {
    /// What people are shown of it.
    /// - Parameter number: its place in the program.
    public func line(_ number: Int) -> Plan.Line {
        Plan.Line(
            number: number, label: label, operation: operation.summary, operands: operands.map(\.description),
            results: results.map(\.description), flops: cost.flops, bytes: cost.bytes)
    }
}

extension Operation {
    /// The operation with its attributes in a few words.
    var summary: String {
        switch self {
        case let matmul as Matmul:
            let operands = "\(matmul.transposeA ? "A^T" : "A") \(matmul.transposeB ? "B^T" : "B")"
            return matmul.summary("matmul \(operands)", groups: 1)
        case let convolution as Conv2D:
            return convolution.summary("conv2d \(convolution.window)", groups: convolution.groups)
        case let convolution as Conv2DInputGradient:
            return convolution.summary("conv2d_input_gradient \(convolution.window)", groups: convolution.groups)
        case let convolution as Conv2DWeightGradient:
            return "conv2d_weight_gradient \(convolution.window)\(convolution.groups > 1 ? ", \(convolution.groups) groups" : "")"
        case let pool as MaxPool2D: return "max_pool2d \(pool.window)"
        case let pool as MaxPool2DGradient: return "max_pool2d_gradient \(pool.window)"
        case let pointwise as Pointwise: return "pointwise \(pointwise.expression)"
        case let reduce as Reduce:
            let axes = "\(reduce.kind.rawValue) over axes \(reduce.axes.lowerBound)..<\(reduce.axes.upperBound)"
            return reduce.prologue == .identity ? axes : "\(axes) of \(reduce.prologue)"
        case let update as Update: return "update \(update.rule.name), \(update.segments.count) segments"
        default: return type(of: self).name
        }
    }
}

extension EpilogueOperation {
    fileprivate func summary(_ text: String, groups: Int) -> String {
        text + (groups > 1 ? ", \(groups) groups" : "") + (epilogue == .identity ? "" : ", then \(epilogue)")
    }
}

extension Slot: CustomStringConvertible {
    /// `workspace 0[1024] 64x512`
    public var description: String {
        let place = switch region {
        case .parameters: "parameters"
        case .gradients: "gradients"
        case .accumulatedGradients: "accumulated gradients"
        case .optimizerState(let index): "optimizer \(index)"
        case .state: "state"
        case .stagedState: "staged"
        case .stepMetrics: "step metrics"
        case .metrics: "metrics"
        case .health: "health"
        case .outputs: "outputs"
        case .workspace(let index): "workspace \(index)"
        case .external(let index): "data \(index)"
        case .result(let index): "result \(index)"
        }
        return "\(place)[\(offset)] \(type)"
    }
}
