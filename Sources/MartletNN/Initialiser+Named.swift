import MartletOps

/// The initialisers of the literature.
extension Initialiser {
    /// Glorot and Bengio (2010): variance gain^2 2 / (fan_in + fan_out), for tanh, sigmoid and outputs.
    public static func xavierUniform(gain: Double = 1) -> Initialiser {
        .scaled(gain: gain, fan: .average, distribution: .uniform)
    }
    /// Glorot and Bengio (2010) with normal numbers: variance gain^2 2 / (fan_in + fan_out).
    public static func xavierNormal(gain: Double = 1) -> Initialiser {
        .scaled(gain: gain, fan: .average, distribution: .normal)
    }
    /// He et al. (2015): variance gain^2 / fan, for ReLU and its kin.
    public static func heUniform(gain: Double = reluGain, fan: Fan = .input) -> Initialiser {
        .scaled(gain: gain, fan: fan, distribution: .uniform)
    }
    /// He et al. (2015) with normal numbers: variance gain^2 / fan.
    public static func heNormal(gain: Double = reluGain, fan: Fan = .input) -> Initialiser {
        .scaled(gain: gain, fan: fan, distribution: .normal)
    }
    /// LeCun et al. (1998): variance 1 / fan_in, for SELU and linear layers.
    public static let lecunUniform: Initialiser = .scaled(gain: 1, fan: .input, distribution: .uniform)
    /// LeCun et al. (1998) with normal numbers: variance 1 / fan_in.
    public static let lecunNormal: Initialiser = .scaled(gain: 1, fan: .input, distribution: .normal)
    /// Caffe's "xavier", which leaves fan_out out.
    public static let caffeXavier = lecunUniform
    /// Stanford CS231n, Neural networks 2: randn / sqrt(fan_in).
    public static let cs231nNormal = lecunNormal
    /// PyTorch's Linear and Conv: uniform up to 1 / sqrt(fan_in).
    public static let torchDefaultUniform: Initialiser = .scaled(
        gain: (1.0 / 3).squareRoot(), fan: .input, distribution: .uniform)

    /// What ReLU takes of the deviation of its input.
    public static let reluGain = 2.0.squareRoot()
    /// sqrt(2 / (1 + slope^2)): what leaky ReLU takes of the deviation of its input (He et al. 2015).
    public static func leakyReLUGain(slope: Double) -> Double { (2 / (1 + slope * slope)).squareRoot() }
    /// 5 / 3, PyTorch's value for tanh.
    public static let tanhGain = 5.0 / 3

    /// By the names under which they are known, with the gain of ReLU for He's and 1 for the others.
    public static let named: [(name: String, initialiser: Initialiser)] = [
        ("xavier_uniform", xavierUniform()), ("xavier_normal", xavierNormal()), ("he_uniform", heUniform()),
        ("he_normal", heNormal()), ("lecun_uniform", lecunUniform), ("lecun_normal", lecunNormal),
        ("caffe_xavier", caffeXavier), ("cs231n_normal", cs231nNormal), ("torch_default_uniform", torchDefaultUniform),
    ]

    /// The textbook's choice for a layer that is followed by an activation (nil for none).
    public static func suited(to activation: String?) -> Initialiser {
        switch activation.flatMap(ActivationFunction.named)?.family {
        case .rectifier: heNormal()
        case .selfNormalising: lecunNormal
        case .saturating, nil: xavierUniform()
        }
    }
}
