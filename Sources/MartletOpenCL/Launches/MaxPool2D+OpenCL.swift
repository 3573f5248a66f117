import MartletBackend
import MartletCore
import MartletOps

extension MaxPool2D: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (x, y) = (launch.operands[0].type.shape, launch.results[0].type.shape)
        builder.launch(
            KernelSource("max_pool2d.cl", defines: [builder.width]), Self.name,
            (launch.operands + launch.results).map { .memory(builder.memory($0)) } + window.arguments(over: Size2D(x[1], x[2])),
            rows: y[0] * y[1], columns: y[2], channels: y[3], size: 4 * window.count * y[2] * y[3])
    }
}
