import MartletBackend
import MartletOps

extension CumulativeSum: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let columns = launch.results[0].type.shape.last
        let rows = launch.results[0].type.elementCount / max(1, columns)
        builder.launch(
            KernelSource("cumulative_sum.cl"), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .word(rows),
                .word(columns), .word(reversed ? 1 : 0),
            ], items: rows)
    }
}
