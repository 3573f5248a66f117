/// Rows for `Kernels/Shared/adam.h`.
extension OptimizerRule {
    static let adamFamily: [OptimizerRule] = [adam, adamW, amsgrad, adamWAMSGrad, adamax, nadam, nadamW, radam]

    /// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
    /// p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon) (Kingma and Ba 2015).
    public static let adam = moments(
        "adam", "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)",
        "Kingma and Ba 2015", decoupled: false, largest: false)
    /// Weight decay shrinks the parameter itself (Loshchilov and Hutter 2019).
    public static let adamW = moments(
        "adamw", "adam, of the gradient without decay, which shrinks p itself: p -= lr decay p",
        "Loshchilov and Hutter 2019", decoupled: true, largest: false)
    /// The largest v so far in place of v (Reddi et al. 2018).
    public static let amsgrad = moments(
        "amsgrad", "adam with the largest v so far in place of v",
        "Reddi et al. 2018", decoupled: false, largest: true)
    /// `adamW` with the largest v so far in place of v (Reddi et al. 2018).
    public static let adamWAMSGrad = moments(
        "adamw_amsgrad", "adamw with the largest v so far in place of v",
        "Reddi et al. 2018", decoupled: true, largest: true)

    private static func moments(_ name: String, _ text: String, _ source: String, decoupled: Bool, largest: Bool) -> OptimizerRule {
        OptimizerRule(
            name: name, text: text, source: source, stateCount: largest ? 3 : 2, learningRate: 1e-3, settings: adamSettings, scalars: adamScalars,
            formula: { p, g, states, s, rateScale, decayScale in
                let kept = decoupled ? shrunk(p, s, rateScale, decayScale) : p
                let g = decoupled ? g : decayed(g, p, s, decayScale)
                return adamStep(kept, g, &states, s, rateScale)
            })
    }

    private static let adamSettings: [Setting] = [.share("beta1", 0.9), .share("beta2", 0.999), .epsilon(1e-8)]

    /// beta1, 1 - beta1, beta2, 1 - beta2, epsilon, 1 / (1 - beta1^t), 1 / sqrt(1 - beta2^t)
    private static let adamScalars: @Sendable (Int, Double, [Double]) -> [Double] = { iteration, _, settings in
        let (beta1, beta2) = (settings[0], settings[1])
        return [
            beta1, 1 - beta1, beta2, 1 - beta2, settings[2], 1 / (1 - power(beta1, iteration)),
            1 / (1 - power(beta2, iteration)).squareRoot(),
        ]
    }

    private static func updateMoments(_ g: Double, _ states: inout [Double], _ s: [Double]) {
        states[0] = s[2] * states[0] + s[3] * g
        states[1] = s[4] * states[1] + s[5] * g * g
    }

    private static func adamStep(
        _ p: Double, _ g: Double, _ states: inout [Double], _ s: [Double], _ rateScale: Double
    ) -> Double {
        updateMoments(g, &states, s)
        if states.count == 3 { states[2] = max(states[2], states[1]) }
        return p - s[0] * rateScale * s[7] * states[0] / (states[states.count - 1].squareRoot() * s[8] + s[6])
    }

    /// u = max(beta2 u, |g| + epsilon); p -= lr / (1 - beta1^t) m / u (Kingma and Ba 2015, section 7.1).
    public static let adamax = OptimizerRule(
        name: "adamax", text: "m = beta1 m + (1 - beta1) g; u = max(beta2 u, abs(g) + epsilon); p -= lr / (1 - beta1^t) m / u",
        source: "Kingma and Ba 2015, section 7.1", stateCount: 2, learningRate: 2e-3, settings: adamSettings, scalars: adamScalars,
        formula: { p, g, states, s, rateScale, decayScale in
            let g = decayed(g, p, s, decayScale)
            states[0] = s[2] * states[0] + s[3] * g
            states[1] = max(s[4] * states[1], g.magnitude + s[6])
            return p - s[0] * rateScale * s[7] * states[0] / states[1]
        })

    /// Adam with Nesterov's step (Dozat 2016): mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2), P_t = mu_1 ... mu_t;
    /// p -= lr [(1 - mu_t) / (1 - P_t) g + mu_(t+1) / (1 - P_(t+1)) m] / (sqrt(v / (1 - beta2^t)) + epsilon).
    public static let nadam = nesterovMoments(
        "nadam", "m and v as adam, with scheduled mu_t and P_t = mu_1 ... mu_t; p -= lr ((1 - mu_t) / (1 - P_t) g + mu_(t+1) / (1 - P_(t+1)) m) / (sqrt(v / (1 - beta2^t)) + epsilon)",
        "Dozat 2016", decoupled: false)
    /// `nadam` with decay that shrinks the parameter itself (Loshchilov and Hutter 2019).
    public static let nadamW = nesterovMoments(
        "nadamw", "nadam, with decay that shrinks p itself: p -= lr decay p",
        "Dozat 2016; Loshchilov and Hutter 2019", decoupled: true)

    private static func nesterovMoments(_ name: String, _ text: String, _ source: String, decoupled: Bool) -> OptimizerRule {
        OptimizerRule(
            name: name, text: text, source: source, stateCount: 2, learningRate: 2e-3, settings: adamSettings + [.notNegative("momentum_decay", 0.004)],
            scalars: { iteration, rate, settings in
                let (now, next, product) = momentumSchedule(iteration, beta: settings[0], decay: settings[3])
                var scalars = adamScalars(iteration, rate, Array(settings.prefix(3)))
                scalars[5] = next / (1 - product * next)
                scalars.append((1 - now) / (1 - product))
                return scalars
            },
            formula: { p, g, states, s, rateScale, decayScale in
                let kept = decoupled ? shrunk(p, s, rateScale, decayScale) : p
                let g = decoupled ? g : decayed(g, p, s, decayScale)
                updateMoments(g, &states, s)
                let step = (s[9] * g + s[7] * states[0]) / (states[1].squareRoot() * s[8] + s[6])
                return kept - s[0] * rateScale * step
            })
    }

    /// mu_t, mu_(t+1) and the product of mu_1 to mu_t. A product below 2^-60 is nothing beside 1, and its
    /// further factors are left out: a long run must not multiply more and more of them in every step.
    static func momentumSchedule(_ iteration: Int, beta: Double, decay: Double) -> (now: Double, next: Double, product: Double) {
        // ln 0.96
        let base = exponential(-0.040821994520255166 * decay)
        func mu(_ step: Int) -> Double { beta * (1 - 0.5 * power(base, step)) }
        var (product, step) = (1.0, 1)
        while step <= iteration, product > 0x1p-60 {
            product *= mu(step)
            step += 1
        }
        return (mu(iteration), mu(iteration + 1), product)
    }

    /// Rectified Adam (Liu et al. 2020): with r = 2 / (1 - beta2) - 1 and r_t = r - 2 t beta2^t / (1 - beta2^t), Adam's step
    /// times sqrt((r_t - 4) (r_t - 2) r / ((r - 4) (r - 2) r_t)) and epsilon before the correction, once r_t is above
    /// 5; before that the first moment alone.
    public static let radam = OptimizerRule(
        name: "radam", text: "adam, times a rectification of the variance of 1 / sqrt(v) once that is finite; before, the first moment alone",
        source: "Liu et al. 2020", stateCount: 2, learningRate: 1e-3, settings: adamSettings,
        scalars: { iteration, rate, settings in
            var scalars = adamScalars(iteration, rate, settings)
            let decayedPower = power(settings[1], iteration)
            let full = 2 / (1 - settings[1]) - 1
            let length = full - 2 * Double(iteration) * decayedPower / (1 - decayedPower)
            if length > 5 {
                let rectification = ((length - 4) * (length - 2) * full / ((full - 4) * (full - 2) * length)).squareRoot()
                scalars[5] *= rectification * (1 - decayedPower).squareRoot()
                scalars[6] = 1
            } else {
                (scalars[4], scalars[6]) = (1, 0)
            }
            return scalars
        },
        formula: { p, g, states, s, rateScale, decayScale in
            adamStep(p, decayed(g, p, s, decayScale), &states, s, rateScale)
        })
}
