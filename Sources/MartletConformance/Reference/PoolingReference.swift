import MartletBackend
import MartletCore
import MartletFormats
import MartletGraph
import MartletOps

/// Pooling of NCHW images, and flatten.
public func runPoolingCase(_ c: ReferenceCase, on device: any Device) throws -> [String: [Float]]? {
    guard let padding = c.attrs.padding else { return nil }
    var computation = ReferenceComputation(c)
    let x = try computation.required("x")
    let (stride, ceilMode) = (c.attrs.size("stride"), c.attrs["ceil_mode"]?.bool ?? false)
    let y: Value
    switch c.op {
    case "max_pool2d":
        guard let kernel = c.attrs.size("kernel") else { return nil }
        let pooled = try computation.graph.maxPool2DWithPlaces(
            try computation.graph.channelsLast(x), kernel, stride: stride, padding: padding, dilation: c.attrs.size("dilation") ?? 1,
            ceilMode: ceilMode)
        y = try computation.graph.channelsSecond(pooled.values)
        try computation.leave(try computation.graph.channelsSecond(pooled.places), as: "indices")
    case "avg_pool2d":
        guard let kernel = c.attrs.size("kernel") else { return nil }
        y = try computation.graph.channelsSecond(
            try computation.graph.averagePool2D(
                try computation.graph.channelsLast(x), kernel, stride: stride, padding: padding, ceilMode: ceilMode,
                countsPadding: c.attrs["count_include_pad"]?.bool ?? true, divisor: c.attrs["divisor_override"]?.int))
    case "adaptive_avg_pool2d":
        guard let size = c.attrs.size("output") else { return nil }
        y = try computation.graph.channelsSecond(
            try computation.graph.adaptiveAveragePool2D(try computation.graph.channelsLast(x), size))
    case "flatten":
        let shape = computation.graph.type(of: x).shape
        func axis(_ name: String, _ usual: Int) -> Int {
            let axis = c.attrs[name]?.int ?? usual
            return axis < 0 ? axis + shape.rank : axis
        }
        let (first, last) = (axis("start_dim", 0), axis("end_dim", -1))
        guard shape.extents.indices.contains(first), shape.extents.indices.contains(last), first <= last else { return nil }
        let middle = shape.extents[first...last].reduce(1, *)
        y = try computation.graph.reshape(
            x, Shape(shape.extents[..<first] + [middle] + shape.extents[(last + 1)...]))
    default: return nil
    }
    try computation.leave(y, as: "y")
    if let dy = computation.input("dy") { try computation.leaveGradients(of: y, dy, [("dx", x)]) }
    return try computation.run(on: device)
}
