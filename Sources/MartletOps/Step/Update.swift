import MartletCore

/// One optimizer step over the whole parameter arena, unless the run is unhealthy.
///
/// Operands: gradients, health. Results, changed in place: parameters, then the rule's states. Elements outside every
/// segment are padding and stay as they are.
public struct Update: Operation {
    public static let name = "update"
    public static let summary = Summary(
        "one step of an optimizer's rule over the whole parameter arena, unless the run is unhealthy",
        order: "none: elements by themselves")
    /// What is done with each element.
    public var rule: OptimizerRule
    /// What is updated, each with its own scales.
    public var segments: [Segment]

    /// A parameter's place in the arena and how the optimizer treats it.
    public struct Segment: Hashable, Sendable {
        /// In elements, from the start of the arena.
        public var offset: Int
        /// Elements.
        public var count: Int
        /// Multiplies the learning rate (0 freezes).
        public var rateScale: Float
        /// Multiplies the weight decay.
        public var decayScale: Float

        /// A stretch of the arena that learns as fast, and decays as much, as the step says, or so many times as
        /// much.
        public init(offset: Int, count: Int, rateScale: Float = 1, decayScale: Float = 1) {
            self.offset = offset
            self.count = count
            self.rateScale = rateScale
            self.decayScale = decayScale
        }
    }

    /// - Precondition: segments do not overlap and lie within the arena.
    public init(_ rule: OptimizerRule, segments: [Segment]) {
        self.rule = rule
        self.segments = segments
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(operands.count == 2 && operands[1] == Health.type, "the gradients and the health record", operands)
        return Array(repeating: operands[0], count: 1 + rule.stateCount)
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: operands[0].elementCount * (2 + 4 * rule.stateCount), operands + results, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        guard Health.isSound(operands[1]) else { return }
        let scalars = (0..<StepParameters.scalarCount).map { Double(step[scalar: $0]) }
        for segment in segments {
            for index in segment.offset ..< segment.offset + segment.count {
                var states = (0..<rule.stateCount).map { results[1 + $0][index] }
                results[0][index] = rule.formula(
                    results[0][index], operands[0][index], &states, scalars, Double(segment.rateScale), Double(segment.decayScale))
                for (state, value) in states.enumerated() { results[1 + state][index] = value }
            }
        }
    }

    public static var samples: [Sample] {
        OptimizerRule.all.flatMap { rule in
            [(1, -1), (33, -1), (4099, -1), (33, 2)].map { count, health in
                let segments = count < 3
                    ? [Segment(offset: 0, count: count)]
                    : [
                        Segment(offset: 0, count: count / 3, decayScale: 0),
                        Segment(offset: count / 3 + 1, count: count - count / 3 - 1, rateScale: 0.5),
                    ]
                // Second moments are not negative, and no mean is larger than the mean square can make it.
                let states: [Sample.Filling] = (0..<rule.stateCount).map { $0 == 0 ? .uniform(0.5, 1) : .uniform(0, 0.5) }
                return Sample(
                    "\(rule.name) \(count)\(health == -1 ? "" : " unhealthy")", Update(rule, segments: segments),
                    [TensorType([count]), Health.type], [.normal, .constant(Float(health))], results: [.normal] + states)
            }
        }
    }
}
