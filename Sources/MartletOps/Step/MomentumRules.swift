/// Rows for `Kernels/Shared/momentum.h`.
extension OptimizerRule {
    static let momentumFamily: [OptimizerRule] = [sgd, momentum, nesterov, cs231nMomentum, cs231nNesterov, lion]

    /// p -= lr g
    public static let sgd = OptimizerRule(
        name: "sgd", text: "p -= lr g",
        source: nil, stateCount: 0, learningRate: 0.01, settings: [], scalars: { _, _, _ in [] },
        formula: { p, g, _, s, rateScale, decayScale in p - s[0] * rateScale * decayed(g, p, s, decayScale) })

    /// buffer = mu buffer + (1 - dampening) g, undamped in the first step; p -= lr buffer
    public static let momentum = OptimizerRule(
        name: "momentum", text: "b = mu b + (1 - dampening) g; p -= lr b",
        source: "Polyak 1964", stateCount: 1, learningRate: 0.01,
        settings: [.share("momentum", 0.9), .init(name: "dampening", value: 0, range: .closedShare)],
        scalars: { iteration, _, settings in [settings[0], iteration == 1 ? 1 : 1 - settings[1]] },
        formula: { p, g, states, s, rateScale, decayScale in
            states[0] = s[2] * states[0] + s[3] * decayed(g, p, s, decayScale)
            return p - s[0] * rateScale * states[0]
        })

    /// buffer = mu buffer + g; p -= lr (g + mu buffer)
    public static let nesterov = OptimizerRule(
        name: "nesterov", text: "b = mu b + g; p -= lr (g + mu b)",
        source: "Sutskever et al. 2013", stateCount: 1, learningRate: 0.01, settings: [.share("momentum", 0.9)],
        scalars: { _, _, settings in [settings[0], 1] },
        formula: { p, g, states, s, rateScale, decayScale in
            let g = decayed(g, p, s, decayScale)
            states[0] = s[2] * states[0] + s[3] * g
            return p - s[0] * rateScale * (g + s[2] * states[0])
        })

    /// v = mu v - lr g; p += v (Stanford CS231n, Neural networks 3). Differs from `momentum` when the rate changes.
    public static let cs231nMomentum = OptimizerRule(
        name: "cs231n_momentum", text: "v = mu v - lr g; p += v",
        source: "Stanford CS231n, Neural networks 3", stateCount: 1, learningRate: 0.01, settings: [.share("momentum", 0.9)],
        scalars: { _, _, settings in [settings[0]] },
        formula: { p, g, states, s, rateScale, decayScale in
            states[0] = s[2] * states[0] - s[0] * rateScale * decayed(g, p, s, decayScale)
            return p + states[0]
        })

    /// v = mu v - lr g; p += -mu v_before + (1 + mu) v
    public static let cs231nNesterov = OptimizerRule(
        name: "cs231n_nesterov", text: "w = v; v = mu v - lr g; p += (1 + mu) v - mu w",
        source: "Stanford CS231n, Neural networks 3", stateCount: 1, learningRate: 0.01, settings: [.share("momentum", 0.9)],
        scalars: { _, _, settings in [settings[0]] },
        formula: { p, g, states, s, rateScale, decayScale in
            let before = states[0]
            states[0] = s[2] * before - s[0] * rateScale * decayed(g, p, s, decayScale)
            return p - s[2] * before + (1 + s[2]) * states[0]
        })

    /// p -= lr sign(beta1 m + (1 - beta1) g), m = beta2 m + (1 - beta2) g; decoupled decay (Chen et al. 2023).
    public static let lion = OptimizerRule(
        name: "lion", text: "p -= lr sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g",
        source: "Chen et al. 2023", stateCount: 1, learningRate: 1e-4, settings: [.share("beta1", 0.9), .share("beta2", 0.99)],
        scalars: { _, _, settings in [settings[0], 1 - settings[0], settings[1], 1 - settings[1]] },
        formula: { p, g, states, s, rateScale, decayScale in
            let direction = s[2] * states[0] + s[3] * g
            states[0] = s[4] * states[0] + s[5] * g
            let sign: Double = direction > 0 ? 1 : direction < 0 ? -1 : direction
            return shrunk(p, s, rateScale, decayScale) - s[0] * rateScale * sign
        })
}
