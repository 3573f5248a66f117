/// Rows for `Kernels/Shared/adaptive_rate.h`.
extension OptimizerRule {
    static let adaptiveRateFamily: [OptimizerRule] = [
        adagrad, rmsprop, rmspropMomentum, rmspropCentered, rmspropCenteredMomentum, adadelta,
    ]

    /// s += g^2; p -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + epsilon) (Duchi et al. 2011).
    ///
    /// States are zero before the first step, so that the accumulator's initial value is added in it.
    public static let adagrad = OptimizerRule(
        name: "adagrad", text: "s += g^2; p -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + epsilon)",
        source: "Duchi et al. 2011", stateCount: 1, learningRate: 0.01,
        settings: [.epsilon(1e-10), .notNegative("lr_decay", 0), .notNegative("initial_accumulator_value", 0)],
        scalars: { iteration, rate, settings in
            [settings[0], rate / (1 + Double(iteration - 1) * settings[1]), iteration == 1 ? settings[2] : 0]
        },
        formula: { p, g, states, s, rateScale, decayScale in
            let g = decayed(g, p, s, decayScale)
            states[0] += s[4] + g * g
            return p - s[3] * rateScale * g / (states[0].squareRoot() + s[2])
        })

    /// s = alpha s + (1 - alpha) g^2; p -= lr g / (sqrt(s) + epsilon) (Tieleman and Hinton 2012).
    public static let rmsprop = meanSquare(
        "rmsprop", "s = alpha s + (1 - alpha) g^2; p -= lr g / (sqrt(s) + epsilon)",
        "Tieleman and Hinton 2012", centered: false, momentum: false)
    /// The same with a velocity: v = mu v + g / (sqrt(s) + epsilon); p -= lr v.
    public static let rmspropMomentum = meanSquare(
        "rmsprop_momentum", "s as rmsprop; v = mu v + g / (sqrt(s) + epsilon); p -= lr v",
        "Tieleman and Hinton 2012", centered: false, momentum: true)
    /// The same with the variance s - a^2 for s, where a = alpha a + (1 - alpha) g.
    public static let rmspropCentered = meanSquare(
        "rmsprop_centered", "s as rmsprop, a = alpha a + (1 - alpha) g; p -= lr g / (sqrt(s - a^2) + epsilon)",
        "Graves 2013", centered: true, momentum: false)
    /// `rmspropCentered` with a velocity (Graves 2013): v = mu v + g / (sqrt(s - a^2) + epsilon); p -= lr v.
    public static let rmspropCenteredMomentum = meanSquare(
        "rmsprop_centered_momentum", "s and a as rmsprop_centered; v = mu v + g / (sqrt(s - a^2) + epsilon); p -= lr v",
        "Graves 2013", centered: true, momentum: true)

    private static func meanSquare(_ name: String, _ text: String, _ source: String, centered: Bool, momentum: Bool) -> OptimizerRule {
        OptimizerRule(
            name: name, text: text, source: source, stateCount: 1 + (centered ? 1 : 0) + (momentum ? 1 : 0), learningRate: 0.01,
            settings: [.epsilon(1e-8), .share("alpha", 0.99)] + (momentum ? [.share("momentum", 0.9)] : []),
            scalars: { _, _, settings in [settings[0], settings[1], 1 - settings[1]] + settings.dropFirst(2) },
            formula: { p, g, states, s, rateScale, decayScale in
                let g = decayed(g, p, s, decayScale)
                states[0] = s[3] * states[0] + s[4] * g * g
                var square = states[0]
                if centered {
                    states[1] = s[3] * states[1] + s[4] * g
                    square = max(square - states[1] * states[1], 0)
                }
                var step = g / (square.squareRoot() + s[2])
                if momentum {
                    let velocity = states.count - 1
                    states[velocity] = s[5] * states[velocity] + step
                    step = states[velocity]
                }
                return p - s[0] * rateScale * step
            })
    }

    /// s = rho s + (1 - rho) g^2; d = sqrt(a + epsilon) / sqrt(s + epsilon) g; a = rho a + (1 - rho) d^2; p -= lr d
    /// (Zeiler 2012).
    public static let adadelta = OptimizerRule(
        name: "adadelta", text: "s = rho s + (1 - rho) g^2; d = sqrt(a + epsilon) / sqrt(s + epsilon) g; a = rho a + (1 - rho) d^2; p -= lr d",
        source: "Zeiler 2012", stateCount: 2, learningRate: 1, settings: [.epsilon(1e-6), .share("rho", 0.9)],
        scalars: { _, _, settings in [settings[0], settings[1], 1 - settings[1]] },
        formula: { p, g, states, s, rateScale, decayScale in
            let g = decayed(g, p, s, decayScale)
            states[0] = s[3] * states[0] + s[4] * g * g
            let change = ((states[1] + s[2]) / (states[0] + s[2])).squareRoot() * g
            states[1] = s[3] * states[1] + s[4] * change * change
            return p - s[0] * rateScale * change
        })
}
