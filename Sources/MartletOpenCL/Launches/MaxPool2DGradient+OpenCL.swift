import MartletBackend
import MartletCore
import MartletOps

extension MaxPool2DGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let x = launch.results[0].type.shape
        builder.launch(
            KernelSource("max_pool2d_gradient.cl", defines: [builder.width]), Self.name,
            (launch.operands + launch.results).map { .memory(builder.memory($0)) } + window.arguments(over: image),
            rows: x[0] * x[1], columns: x[2], channels: x[3], size: 4 * window.count * x[2] * x[3])
    }
}
