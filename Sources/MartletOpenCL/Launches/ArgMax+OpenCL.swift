import MartletBackend
import MartletOps

extension ArgMax: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (rows, columns) = (launch.results[0].type.elementCount, launch.operands[0].type.shape.last)
        let source = KernelSource("argmax.cl", defines: [builder.width])
        let arguments: [KernelArgument] = [
            .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.results[0])), .word(rows), .word(columns),
        ]
        switch builder.deviceClass {
        case .cpu: builder.launch(source, Self.name, arguments, items: rows)
        case .gpu:
            let group = Self.workGroup(columns: columns, largest: builder.device.context.device.largestWorkGroup)
            builder.launch(source, Self.name, arguments, global: NDRange(rows * group), local: NDRange(group))
        }
    }

    /// A power of 2: about 8 columns to a work-item, and no fewer of these than run in step.
    private static func workGroup(columns: Int, largest: Int) -> Int {
        var group = 32
        while group < 256, 8 * group < columns { group *= 2 }
        while group > max(1, largest) { group /= 2 }
        return group
    }
}
