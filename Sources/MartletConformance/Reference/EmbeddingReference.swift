import MartletBackend
import MartletFormats
import MartletGraph

/// y = W[index]; row `padding_idx` gets no gradient.
public func runEmbeddingCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "embedding" else { return nil }
    var computation = ReferenceComputation(c)
    let (w, index) = (try computation.required("w"), try computation.required("index"))
    let y = try computation.graph.embedding(w, index, paddingIndex: c.attrs["padding_idx"]?.int)
    try computation.leave(y, as: "y")
    if let dy = computation.input("dy") { try computation.leaveGradients(of: y, dy, [("dw", w)]) }
    return try computation.run(on: device)
}
