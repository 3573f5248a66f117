import MartletData

extension CompiledModel {
    /// What lowers the rate by the validation data, from where a run has come to.
    /// - Throws: `badOption` where there are no validation data, or none that have the number it looks at.
    func plateau(
        of schedule: ResolvedSchedule, validation: (any SampleSource)?, _ point: TrainingPoint
    ) throws(TrainingError) -> ReduceOnPlateau? {
        guard var plateau = schedule.plateau else { return nil }
        try check(plateau.improvement.monitor, of: "the schedule 'reduce_on_plateau'", validation)
        if let state = point.plateau { plateau.state = state }
        return plateau
    }

    /// Refuses to choose by a number that is not measured, or not on validation data.
    func check(_ monitor: Monitor, of chooser: String, _ validation: (any SampleSource)?) throws(TrainingError) {
        guard validation != nil else {
            throw .badOption("\(chooser) looks at validation data, and there are none; hold some out (--validation 0.1)")
        }
        let known = Monitor.allCases.filter { monitor in
            switch monitor {
            case .loss: true
            case .accuracy: metrics.contains(.accuracy)
            case .meanAbsoluteError: metrics.contains(.meanAbsoluteError)
            case .r2: metrics.contains(.r2)
            }
        }
        guard known.contains(monitor) else {
            throw .badOption("\(chooser) looks at '\(monitor.rawValue)', which is not measured here; take \(known.map(\.rawValue).joined(separator: " or "))")
        }
    }
}
