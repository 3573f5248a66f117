import MartletBackend
import MartletCore
import MartletOps

extension AveragePool2DGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (x, y) = (launch.results[0].type.shape, launch.operands[0].type.shape)
        let (rows, columns) = (windows.rows(x[1]), windows.columns(x[2]))
        let holders = AverageWindows.holders(rows, extent: x[1]) + AverageWindows.holders(columns, extent: x[2])
        builder.launch(
            KernelSource("average_pool2d_gradient.cl", defines: [builder.width]), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .table((rows + columns).words),
                .table(holders.flatMap { [UInt32($0.lowerBound), UInt32($0.upperBound), 0] }), .word(x[1]), .word(x[2]),
                .word(y[1]), .word(y[2]), .word(windows.divisor ?? 0),
            ], pixels: x[0] * x[1] * x[2], channels: x[3], size: 64)
    }
}
