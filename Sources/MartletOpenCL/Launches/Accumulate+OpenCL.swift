import MartletBackend
import MartletOps

extension Accumulate: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let count = launch.operands[0].type.elementCount
        builder.launch(
            KernelSource("accumulate.cl"), Self.name,
            (launch.operands + launch.results).map { .memory(builder.memory($0)) } + [.word(count), .step], items: count)
    }
}
