import MartletBackend
import MartletOps

extension Commit: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let count = launch.operands[0].type.elementCount
        let width = builder.deviceClass.width
        builder.launch(
            KernelSource("commit.cl", defines: [builder.width]), Self.name,
            (launch.operands + launch.results).map { .memory(builder.memory($0)) } + [.word(count)],
            items: (count + width - 1) / width)
    }
}
