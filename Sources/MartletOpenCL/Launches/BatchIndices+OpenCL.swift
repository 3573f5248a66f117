import MartletBackend
import MartletOps

extension BatchIndices: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        builder.launch(
            KernelSource("batch_indices.cl"), Self.name,
            [.memory(builder.memory(launch.results[0])), .word(count), .step], items: count)
    }
}
