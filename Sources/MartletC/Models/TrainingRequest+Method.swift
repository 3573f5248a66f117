import Martlet

extension TrainingRequest {
    /// How the run trains beside the optimizer: as the command's options of the same names.
    func setMethod(of fit: inout FitOptions, for data: DataSet) throws {
        if let text = try options.string("schedule") { fit.schedule = try Schedule(parsing: text) }
        fit.accumulation = try options.integer("accumulate") ?? 1
        fit.penalty = Penalty(l1: try options.number("l1") ?? 0, l2: try options.number("l2") ?? 0)
        if let sampling = options["sampling"] {
            fit.sampling = sampling.string == "balanced"
                ? try .balanced(data) : ClassSampling(weights: try options.numbers("sampling") ?? [])
        }

        let name = try options.string("monitor")
        guard let monitor = Monitor(rawValue: name ?? "loss") else {
            throw CallError.usage(unknownName("number to monitor", name ?? "", known: Monitor.allCases.map(\.rawValue)))
        }
        if let patience = try options.integer("early-stopping") {
            fit.earlyStopping = EarlyStopping(patience: patience, monitor: monitor, margin: try options.number("min-delta") ?? 0)
        }
        if try options.flag("keep-best") { fit.keepsBest = monitor }

        switch (try options.number("ema"), try options.integer("swa")) {
        case (nil, nil): break
        case (let decay?, nil): fit.averaging = .exponential(decay: decay)
        case (nil, let first?): fit.averaging = .stochastic(from: first)
        case (_?, _?): throw CallError.usage("the options 'ema' and 'swa' both say which weights the run ends with; leave one of them out")
        }
    }
}
