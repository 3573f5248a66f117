import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// What one training step keeps on a device, in bytes; the data set comes on top.
public struct StepMemory: Hashable, Sendable {
    /// Samples of the step.
    public let batchSize: Int
    /// Of the arena, its padding included.
    public let parameters: Int
    /// As large as the parameters.
    public let gradients: Int
    /// As large as the parameters, once for each state of the rule.
    public let optimizerStates: Int
    /// Running statistics, and their next values.
    public let statistics: Int
    /// Intermediate values, as the plan lays them out.
    public let workspace: Int
    /// The largest sum of intermediate values that are needed at one time: no arrangement can do with less.
    public let leastWorkspace: Int
    /// What the backward pass reads of the forward pass.
    public let heldForBackward: Int

    /// All of these: what is allocated.
    public var total: Int { parameters + gradients + optimizerStates + statistics + workspace }

    /// - Parameter plan: of a training step with that batch.
    public init(_ plan: Plan, optimizer: Optimizer, batchSize: Int) {
        self.batchSize = batchSize
        parameters = 4 * plan.parameters.total
        gradients = parameters
        optimizerStates = optimizer.rule.stateCount * parameters
        statistics = 2 * 4 * plan.states.total
        workspace = plan.workspaces.reduce(0) { $0 + 4 * $1 }
        leastWorkspace = plan.leastWorkspace
        heldForBackward = plan.heldForBackward
    }
}
