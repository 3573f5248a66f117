import MartletBackend
import MartletOps

extension ArgMax: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let rows = launch.results[0].type.elementCount
        builder.launch(
            KernelSource("argmax.cl"), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .word(rows),
                .word(launch.operands[0].type.shape.last),
            ], items: rows)
    }
}
