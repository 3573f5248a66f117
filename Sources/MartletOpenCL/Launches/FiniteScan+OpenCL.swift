import MartletBackend
import MartletOps

extension FiniteScan: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let count = launch.operands[0].type.elementCount
        let chunk = 16384
        builder.launch(
            KernelSource("finite_scan.cl", defines: [builder.width]), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .word(count), .word(chunk),
                .memory(builder.memory(launch.results[0])), .step,
            ], items: builder.deviceClass == .cpu ? (count + chunk - 1) / chunk : count)
    }
}
