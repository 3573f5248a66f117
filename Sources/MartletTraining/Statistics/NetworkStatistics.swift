/// How values spread: their moments, and how many lie in each of equally wide bins from the least to the greatest.
public struct ValueDistribution: Hashable, Sendable, Codable {
    public var mean: Double
    public var deviation: Double
    public var low: Double
    public var high: Double
    public var counts: [Double]
}

/// What a layer gives over a batch.
public struct LayerStatistics: Hashable, Sendable, Codable {
    /// As in the model: `2`.
    public var name: String
    /// The layer's activation, where it is one.
    public var activation: String?
    public var values: ValueDistribution
    /// The share of units (channels, in images) that are zero for every sample; nil where the activation never rests at zero.
    public var deadShare: Double?
    /// The share of values in the flat ends of a bounded activation, where less than 6 % of its slope is left: |tanh| above
    /// 0.97, and sigmoid the same way. Nil for the others.
    public var saturatedShare: Double?
    /// Of the loss by the layer's values; nil where it was not asked for.
    public var gradients: ValueDistribution?
}

/// What one step did to a parameter; L2 norms.
public struct ParameterStatistics: Hashable, Sendable, Codable {
    public var name: String
    public var count: Int
    public var weightNorm: Double
    /// Of the gradient that the optimizer was given: after clipping, before weight decay.
    public var gradientNorm: Double
    public var updateNorm: Double

    /// About 1e-3 in a run that goes well (Karpathy, CS231n: Neural Networks 3). Nil while there are no weights to compare with.
    public var updateRatio: Double? { weightNorm > 0 ? updateNorm / weightNorm : nil }
    /// By element, so that layers of different size can be compared.
    public var gradientRMS: Double { gradientNorm / Double(max(1, count)).squareRoot() }
}

/// What a network did at one point of its training.
public struct NetworkStatistics: Hashable, Sendable, Codable {
    /// Optimizer steps done.
    public var iteration: Int
    /// The same in epochs.
    public var epoch: Double
    /// Over the samples that are looked at, in inference mode.
    public var loss: Double
    public var layers: [LayerStatistics]
    /// Empty before the first step.
    public var parameters: [ParameterStatistics]

    public init(
        iteration: Int, epoch: Double, loss: Double, layers: [LayerStatistics], parameters: [ParameterStatistics]
    ) {
        (self.iteration, self.epoch, self.loss, self.layers, self.parameters) = (iteration, epoch, loss, layers, parameters)
    }
}
