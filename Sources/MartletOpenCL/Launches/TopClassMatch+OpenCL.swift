import MartletBackend
import MartletOps

extension TopClassMatch: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let shape = launch.operands[0].type.shape
        builder.launch(
            KernelSource("top_class_match.cl"), Self.name,
            launch.operands.map { .memory(builder.memory($0)) } + [
                .memory(builder.memory(launch.results[0])), .word(shape[0]), .word(shape[1]),
            ], items: shape[0])
    }
}
