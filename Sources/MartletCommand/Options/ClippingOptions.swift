import ArgumentParser
import Martlet

/// What is done to gradients before the update.
struct ClippingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Scale all gradients together where their norm is larger.", valueName: "norm"))
    var clipNorm: Double?

    @Option(help: ArgumentHelp(
        "Which norm --clip-norm means: \(GradientClipping.Norm.allCases.map(\.rawValue).joined(separator: ", ")). Default: l2.",
        valueName: "kind"))
    var clipNormKind: String?

    @Option(help: ArgumentHelp("Cut every element of the gradients to this magnitude.", valueName: "value"))
    var clipValue: Double?

    func clipping(otherwise former: GradientClipping?) throws -> GradientClipping {
        guard clipNorm != nil || clipValue != nil || clipNormKind != nil else { return former ?? .none }
        let kinds = GradientClipping.Norm.allCases.map(\.rawValue)
        let name = clipNormKind ?? "l2"
        guard let kind = GradientClipping.Norm(rawValue: name) else {
            throw TrainingError.badOption(unknownName("norm", name, known: kinds))
        }
        guard clipNorm != nil || clipNormKind == nil else { throw TrainingError.badOption("--clip-norm-kind needs --clip-norm") }
        return GradientClipping(value: clipValue, norm: clipNorm, kind: kind)
    }
}
