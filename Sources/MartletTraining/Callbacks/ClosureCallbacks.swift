/// Calls a closure at the end of every epoch.
public struct AfterEpoch: Callback {
    private let body: (History.Epoch, CompiledModel) throws -> Decision

    /// - Parameter body: with what the epoch came to, and the model, which may be read, evaluated and saved.
    public init(_ body: @escaping (_ epoch: History.Epoch, _ model: CompiledModel) throws -> Decision) { self.body = body }

    public func finished(_ epoch: History.Epoch, of model: CompiledModel) throws -> Decision { try body(epoch, model) }
}

/// Calls a closure with the loss of every so many steps.
public struct OnLoss: Callback {
    public let lossInterval: Int?
    private let body: (StepLoss) throws -> Decision

    /// - Parameters:
    ///   - steps: at least 1.
    ///   - body: with the mean loss of the step's batch, four steps later.
    public init(every steps: Int = 1, _ body: @escaping (_ loss: StepLoss) throws -> Decision) {
        lossInterval = steps
        self.body = body
    }

    public func received(_ loss: StepLoss) throws -> Decision { try body(loss) }
}
