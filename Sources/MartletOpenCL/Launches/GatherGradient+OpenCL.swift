import MartletBackend
import MartletOps

extension GatherGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (upstream, indices) = (launch.operands[0], launch.operands[1])
        let width = upstream.type.shape.withoutFirst.elementCount
        let result = builder.memory(launch.results[0])
        let source = KernelSource("gather_gradient.cl", defines: [builder.width])
        func vectors(_ count: Int) -> Int { (count + builder.deviceClass.width - 1) / builder.deviceClass.width }
        builder.launch(
            source, "fill_zero", [.memory(result), .word(rows * width)], items: vectors(rows * width))
        builder.launch(
            source, Self.name,
            [
                .memory(builder.memory(upstream)), .memory(builder.memory(indices)), .memory(result),
                .word(indices.type.elementCount), .word(rows), .word(width),
            ], items: vectors(width))
    }
}
