extension Loss {
    /// The loss of a sample as the documentation gives it: outputs x, a target t or a class c.
    public var formula: String {
        switch kind {
        case .crossEntropy: "-log softmax(x)[c], or -sum(t log softmax(x)) for probabilities t"
        case .negativeLogLikelihood: "-x[c]"
        case .multiMargin: "mean over j of max(0, margin - x[c] + x[j])^power, j other than c"
        case .hinge: "sum over j of max(0, margin - x[c] + x[j]), j other than c"
        case .meanSquaredError: "(x - t)^2"
        case .absoluteError: "abs(x - t)"
        case .smoothL1: "d = x - t; abs(d) < beta ? d^2 / (2 beta) : abs(d) - beta/2"
        case .huber: "d = x - t; abs(d) <= delta ? d^2 / 2 : delta (abs(d) - delta/2)"
        case nil: "\(name)(x, t)"
        case .binaryCrossEntropy: "p t log(1 + e^-x) + (1 - t) log(1 + e^x), p the positive weight"
        }
    }
}
