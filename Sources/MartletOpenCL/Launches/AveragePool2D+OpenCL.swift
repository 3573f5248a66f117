import MartletBackend
import MartletCore
import MartletOps

extension AveragePool2D: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (x, y) = (launch.operands[0].type.shape, launch.results[0].type.shape)
        let (rows, columns) = (windows.rows(x[1]), windows.columns(x[2]))
        let window = (rows.map { $0.end - $0.begin }.max() ?? 1) * (columns.map { $0.end - $0.begin }.max() ?? 1)
        builder.launch(
            KernelSource("average_pool2d.cl", defines: [builder.width]), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .table(words(rows + columns)),
                .word(x[1]), .word(x[2]), .word(y[1]), .word(y[2]), .word(windows.divisor ?? 0),
            ], pixels: y[0] * y[1] * y[2], channels: y[3], size: 16 * window)
    }
}

extension AveragePool2DGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (x, y) = (launch.results[0].type.shape, launch.operands[0].type.shape)
        let (rows, columns) = (windows.rows(x[1]), windows.columns(x[2]))
        let holders = AverageWindows.holders(rows, extent: x[1]) + AverageWindows.holders(columns, extent: x[2])
        builder.launch(
            KernelSource("average_pool2d.cl", defines: [builder.width]), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .table(words(rows + columns)),
                .table(holders.flatMap { [UInt32($0.lowerBound), UInt32($0.upperBound), 0] }), .word(x[1]), .word(x[2]),
                .word(y[1]), .word(y[2]), .word(windows.divisor ?? 0),
            ], pixels: x[0] * x[1] * x[2], channels: x[3], size: 64)
    }
}

private func words(_ spans: [AverageWindows.Span]) -> [UInt32] {
    spans.flatMap { [UInt32($0.begin), UInt32($0.end), UInt32($0.count)] }
}
