import MartletBackend
import MartletOps

extension OneHot: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let count = launch.results[0].type.elementCount
        builder.launch(
            KernelSource("one_hot.cl"), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .word(count),
                .word(classes), .word(ignored == nil ? 0 : 1), .bits(UInt32(bitPattern: ignored ?? 0)),
            ], items: count)
    }
}
