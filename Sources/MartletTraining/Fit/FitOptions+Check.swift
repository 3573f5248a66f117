import MartletData

extension FitOptions {
    /// Refuses options that mean nothing, contradict each other, or choose by what is not validation data.
    func check(_ validation: (any SampleSource)?, for owner: CompiledModel) throws(TrainingError) {
        guard accumulation >= 1 else { throw .badOption("the gradients of 1 or more batches make a step, not of \(accumulation)") }
        try penalty.check()
        try averaging?.check(epochs: epochs)
        if let earlyStopping {
            try earlyStopping.check()
            try owner.check(earlyStopping.monitor, of: "early stopping", validation)
        }
        if let keepsBest { try owner.check(keepsBest, of: "keeping the best weights", validation) }
        if snapshots != nil {
            for (chooser, isThere) in [("early stopping", earlyStopping != nil), ("keeping the best weights", keepsBest != nil), ("averaging", averaging != nil)] where isThere {
                throw .badOption("snapshots are the trained weights where cycles end, and \(chooser) ends the run elsewhere or with others; leave one of them out")
            }
        }
        if case .stochastic? = averaging, keepsBest != nil {
            throw .badOption("the best weights and the mean over epochs cannot both be kept; leave one of them out, or average exponentially")
        }
    }
}
