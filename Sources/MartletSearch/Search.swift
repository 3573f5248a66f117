import MartletFormats

/// Trials until the method is done, those of the journal first.
public struct Search {
    public let space: SearchSpace
    public let method: any SearchMethod
    public let journal: SearchJournal

    public init(_ space: SearchSpace, _ method: any SearchMethod, _ journal: SearchJournal) {
        (self.space, self.method, self.journal) = (space, method, journal)
    }

    /// - Parameters:
    ///   - evaluate: runs a trial. What it throws ends the search, without a line of that trial; a trial that goes wrong by
    ///     itself is an outcome.
    ///   - observe: told of every trial that was run.
    public func run(
        evaluate: (Proposal) throws -> TrialOutcome, observe: (Trial) throws -> Void = { _ in }
    ) throws {
        while let proposal = method.next(after: journal.trials) {
            try journal.append(Trial(proposal, try evaluate(proposal)))
            try observe(journal.trials[journal.trials.count - 1])
        }
    }
}
