import MartletBackend
import MartletFormats
import MartletGraph

/// softmax and log_softmax along `axis`.
public func runSoftmaxCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "softmax" || c.op == "log_softmax" else { return nil }
    var computation = ReferenceComputation(c)
    let (x, axis) = (try computation.required("x"), c.attrs["axis"]?.int ?? -1)
    let y = c.op == "softmax"
        ? try computation.graph.softmax(x, axis: axis) : try computation.graph.logSoftmax(x, axis: axis)
    try computation.leave(y, as: "y")
    if let dy = computation.input("dy") { try computation.leaveGradients(of: y, dy, [("dx", x)]) }
    return try computation.run(on: device)
}
