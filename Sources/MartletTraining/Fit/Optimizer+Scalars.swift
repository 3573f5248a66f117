import MartletBackend
import MartletNN
import MartletOps

extension Optimizer {
    /// Sets a step's scalars; iterations count from 1. A momentum takes the place of the optimizer's, where that has one.
    func setScalars(of step: inout StepParameters, iteration: Int, rate: Double, momentum: Double? = nil) {
        var settings = settings
        if let momentum, let place = momentumPlace { settings[place] = momentum }
        step.setScalars(of: rule, iteration: iteration, rate: rate, weightDecay: weightDecay, settings: settings)
    }
}
