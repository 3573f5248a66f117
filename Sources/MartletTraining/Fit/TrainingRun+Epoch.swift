import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletOps

extension TrainingRun {
    /// - Returns: what was decided, `proceed` or `finish`; in the middle of the epoch only `finish`.
    func trainEpoch() throws(TrainingError) -> Decision {
        let epoch = point.epochsDone + 1
        let before = point.secondsInEpoch
        let started = clock.now
        if options.parameters.changes(at: epoch) {
            runner = try owner.steps(
                over: samples, of: train, steps, options, epoch: epoch, accumulated, sharing: runner.workspaces)
        }
        var lastLook = started
        var lastLoss: Double?
        var outcome = Decision.proceed
        var step = StepParameters(seed: owner.seed)
        step.sampleCount = train.count
        step.shuffleKey = options.shuffles && draw == nil ? ShuffledOrder(count: train.count, seed: owner.seed, epoch: epoch).key : nil
        if point.batchesDone < batches.count {
            try runner.begin(
                epoch: epoch, from: samples(until: point.batchesDone), drawn: draw?.rows(seed: owner.seed, epoch: point.epochsDone))
        }

        while point.batchesDone < batches.count {
            let batch = batches[point.batchesDone]
            // Masks and augmentation are new in every batch, and not only in every step.
            step.step = UInt32(truncatingIfNeeded: point.epochsDone * batches.count + point.batchesDone)
            step.batchStart = batch.start
            owner.optimizer.setScalars(
                of: &step, iteration: point.iterations + 1, rate: rate(at: point.iterations),
                momentum: schedule.momentum(at: point.iterations))
            let plan = steps.plan(point.batchesDone)
            if callbacks.timesLaunches {
                let spans = try runner.runTimed(plan, count: batch.count, step)
                callbacks.timed(TimedStep(
                    epoch: epoch, iteration: point.iterations + 1, batchSize: batch.count, launches: runner.launches[plan], spans: spans))
            } else {
                try runner.run(plan, count: batch.count, step)
            }
            point.batchesDone += 1
            // Between the batches of a step there is nothing to be kept.
            guard steps.endsStep(point.batchesDone - 1) else { continue }
            try wrap { () throws(DeviceError) in try kept.stepped() }
            point.iterations += 1
            owner.iterations = point.iterations
            if callbacks.wantsLoss(of: point.iterations) {
                try wrap { () throws(DeviceError) in
                    try losses.ask(
                        epoch: epoch, iteration: point.iterations, samples: batch.count, learningRate: rate(at: point.iterations - 1))
                }
            }

            let now = clock.now
            if now - lastLook >= Self.lookInterval {
                try checkHealth(epoch)
                let sums = try wrap { () throws(DeviceError) in try owner.session.metrics(1) }
                lastLoss = sums[0] / Double(samples(until: point.batchesDone))
                lastLook = clock.now
            }
            let progress = Progress(
                epoch: epoch, epochs: options.epochs, batch: point.batchesDone, batches: batches.count,
                iterations: point.iterations, loss: lastLoss)
            var decision = max(try deliverLosses(due: point.iterations), try callbacks.progressed(progress, of: owner))
            if Task.isCancelled { decision = .interrupt }
            point.secondsInEpoch = before + (clock.now - started).inSeconds
            if decision == .interrupt || decision == .finish && point.batchesDone < batches.count {
                return try stop(decision, in: epoch)
            }
            outcome = max(outcome, decision)
            if let every = options.checkpointEvery, point.iterations % every == 0 {
                // After a value that is not finite, counters would go on and weights not: no such file over a good one.
                try checkWeights(epoch)
                try save()
            }
        }
        outcome = max(outcome, try deliverLosses(due: nil))
        if outcome == .interrupt { return try stop(outcome, in: epoch) }
        try checkHealth(epoch)
        point.secondsInEpoch = before + (clock.now - started).inSeconds
        try checkWeights(epoch)
        return outcome
    }

    /// Leaves an epoch with a checkpoint, once everybody has had the losses of the steps that were done.
    func stop(_ decision: Decision, in epoch: Int) throws(TrainingError) -> Decision {
        _ = try deliverLosses(due: nil)
        try checkWeights(epoch)
        try save()
        if decision == .interrupt { throw interrupted(in: epoch) }
        return decision
    }

    /// Hands out the losses that are due when so many steps have been enqueued; all with nil.
    func deliverLosses(due iteration: Int?) throws(TrainingError) -> Decision {
        var decision = Decision.proceed
        while let loss = try wrap({ () throws(DeviceError) in try losses.next(due: iteration) }) {
            decision = max(decision, try callbacks.received(loss))
        }
        return decision
    }

    func interrupted(in epoch: Int) -> TrainingError {
        .interrupted(epoch: epoch, step: point.iterations, checkpoint: options.checkpoint)
    }

    func measureEpoch() throws(TrainingError) -> History.Epoch {
        let sums = try wrap { () throws(DeviceError) in
            try owner.session.metrics(owner.measures.count + (options.penalty == .none ? 0 : 1))
        }
        let count = batches.samples
        let trained = owner.measures.evaluation(sums, count: count, targets: (train as? DataSet)?.targets)
        let validated = try validation?.run().evaluation
        let outcome = try test?.run()
        let tested = outcome?.evaluation
        for (measured, part) in [(validated, "validation"), (tested, "test")] where measured?.loss.isFinite == false {
            throw diverged("the loss on the \(part) data", in: point.epochsDone + 1)
        }
        if let outputs = outcome?.outputs { try callbacks.tested(outputs, of: owner) }
        return History.Epoch(
            epoch: point.epochsDone + 1, iterations: point.iterations, train: trained,
            penalty: options.penalty == .none ? nil : sums[owner.measures.count] / Double(count), validation: validated,
            test: tested, seconds: point.secondsInEpoch,
            samplesPerSecond: Double(count) / max(point.secondsInEpoch, 1e-9),
            learningRate: rate(at: point.iterations - 1),
            momentum: owner.optimizer.momentumPlace == nil ? nil : schedule.momentum(at: point.iterations - 1))
    }
}
