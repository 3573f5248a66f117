import MartletData

extension CompiledModel {
    /// Trains.
    ///
    /// - Parameters:
    ///   - train: a data set, or a source of samples, whose order is its own: it is not shuffled.
    ///   - validation, test: measured after every epoch; they change nothing, unless the loss on them is not finite.
    ///   - point: where to go on, from `restore(_:)`.
    ///   - callbacks: told of every step and epoch, in this order.
    /// - Throws: `notFinite` where a loss or gradient is not finite, with the weights as before that step; `diverged` where an
    ///   update has left weights that are not finite, or the loss on validation or test data is not, with those weights and no
    ///   checkpoint of them; `interrupted` where a callback asks for it or the task is cancelled, with the weights of the last step.
    public func fit(
        _ train: any SampleSource, validation: (any SampleSource)? = nil, test: (any SampleSource)? = nil,
        options: FitOptions = FitOptions(), from point: TrainingPoint = TrainingPoint(), callbacks: [any Callback] = []
    ) throws(TrainingError) -> History {
        try TrainingRun(self, train, validation, test, options, point, try CallbackList(callbacks)).run()
    }

    /// Trains for some epochs in batches of a size.
    public func fit(
        _ train: any SampleSource, validation: (any SampleSource)? = nil, epochs: Int, batchSize: Int = 64, callbacks: [any Callback] = []
    ) throws(TrainingError) -> History {
        var options = FitOptions()
        options.epochs = epochs
        options.batchSize = batchSize
        return try fit(train, validation: validation, options: options, callbacks: callbacks)
    }
}
