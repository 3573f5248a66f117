import MartletBackend
import MartletFormats
import MartletGraph
import MartletOps

/// Normalisation over the last axes, with or without gamma and beta.
public func runLayerNormCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "layer_norm", let normalised = c.attrs["normalized_shape"]?.ints else { return nil }
    var computation = ReferenceComputation(c)
    let x = try computation.required("x")
    let isAffine = c.attrs["affine"]?.bool ?? true
    let affine = isAffine ? [try computation.required("gamma"), try computation.required("beta")] : []
    let operation = LayerNorm(axes: normalised.count, epsilon: c.attrs["eps"]?.float ?? 1e-5)
    let y = try computation.graph.apply(operation, [x] + affine)[0]
    try computation.leave(y, as: "y")
    if let dy = computation.input("dy") {
        try computation.leaveGradients(of: y, dy, [("dx", x), ("dgamma", affine.first), ("dbeta", affine.last)])
    }
    return try computation.run(on: device)
}
