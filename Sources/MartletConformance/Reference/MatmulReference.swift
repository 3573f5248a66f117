import MartletBackend
import MartletFormats
import MartletGraph

/// out = alpha op(A) op(B) + beta C.
public func runMatmulCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "matmul" else { return nil }
    var computation = ReferenceComputation(c)
    let (a, b) = (try computation.required("a"), try computation.required("b"))
    let beta = c.attrs["beta"]?.float ?? 0
    let plus = beta == 0 ? nil : try computation.required("c")
    let out = try computation.graph.matmul(
        a, b, transposeA: c.attrs["transpose_a"]?.bool ?? false, transposeB: c.attrs["transpose_b"]?.bool ?? false,
        alpha: c.attrs["alpha"]?.float ?? 1, beta: beta, plus: plus)
    try computation.leave(out, as: "out")
    if let dy = computation.input("dy") {
        try computation.leaveGradients(of: out, dy, [("da", a), ("db", b), ("dc", plus)])
    }
    return try computation.run(on: device)
}
