import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// What one training step keeps on a device, in bytes; the data set comes on top.
public struct StepMemory: Hashable, Sendable {
    public let batchSize: Int
    public let parameters: Int
    public let gradients: Int
    public let optimizerStates: Int
    /// Running statistics, and their next values.
    public let statistics: Int
    /// Intermediate values, as the plan lays them out.
    public let workspace: Int
    /// The largest sum of intermediate values that are needed at one time: no arrangement can do with less.
    public let leastWorkspace: Int
    /// What the backward pass reads of the forward pass.
    public let heldForBackward: Int

    public var total: Int { parameters + gradients + optimizerStates + statistics + workspace }

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
