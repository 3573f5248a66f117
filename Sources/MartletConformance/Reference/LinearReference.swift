import MartletBackend
import MartletFormats
import MartletGraph

/// y = x W^T + b.
public func runLinearCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "linear" else { return nil }
    var computation = ReferenceComputation(c)
    let (x, w) = (try computation.required("x"), try computation.required("w"))
    let bias = c.attrs["bias"]?.bool == false ? nil : computation.input("b")
    var y = try computation.graph.matmul(x, w, transposeB: true)
    if let bias { y = try computation.graph.apply(.add, y, bias) }
    try computation.leave(y, as: "y")
    if let dy = computation.input("dy") {
        try computation.leaveGradients(of: y, dy, [("dx", x), ("dw", w), ("db", bias)])
    }
    return try computation.run(on: device)
}
