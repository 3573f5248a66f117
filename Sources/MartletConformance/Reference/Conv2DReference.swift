import MartletBackend
import MartletFormats
import MartletGraph
import MartletOps

/// y = conv2d(x, w) + b, of NCHW images and OIHW weights.
public func runConv2DCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard c.op == "conv2d", let padding = c.attrs.padding else { return nil }
    var computation = ReferenceComputation(c)
    let (x, w) = (try computation.required("x"), try computation.required("w"))
    let bias = c.attrs["bias"]?.bool == false ? nil : computation.input("b")
    let convolution = try computation.graph.conv2D(
        try computation.graph.channelsLast(x), try computation.graph.transpose(w, [2, 3, 1, 0]), bias: bias,
        stride: c.attrs.size("stride") ?? 1, padding: padding, dilation: c.attrs.size("dilation") ?? 1,
        groups: c.attrs["groups"]?.int ?? 1)
    let y = try computation.graph.channelsSecond(convolution)
    try computation.leave(y, as: "y")
    if let dy = computation.input("dy") {
        try computation.leaveGradients(of: y, dy, [("dx", x), ("dw", w), ("db", bias)])
    }
    return try computation.run(on: device)
}

extension JSONValue {
    /// Rows and columns: one number for both, or two.
    func size(_ name: String) -> Size2D? {
        guard let value = self[name] else { return nil }
        if let both = value.int { return Size2D(both, both) }
        guard let numbers = value.array?.compactMap(\.int), numbers.count == value.array?.count else { return nil }
        return switch numbers.count {
        case 1: Size2D(numbers[0], numbers[0])
        case 2: Size2D(numbers[0], numbers[1])
        default: nil
        }
    }

    /// The attribute `padding`: a word, one number, rows and columns, or top, bottom, left and right; nil where it is
    /// something else.
    var padding: Padding2D? {
        guard let value = self["padding"] else { return .valid }
        switch value.string {
        case "valid": return .valid
        case "same": return .same
        default: break
        }
        if let size = size("padding") { return .symmetric(size) }
        guard let sides = value.array?.compactMap(\.int), sides.count == 4 else { return nil }
        return .sides(top: sides[0], bottom: sides[1], left: sides[2], right: sides[3])
    }
}
