import MartletBackend
import MartletOps

extension Gather: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let (table, indices) = (launch.operands[0], launch.operands[1])
        let width = table.type.shape.withoutFirst.elementCount
        let positions = indices.type.elementCount
        let tasks = builder.tasksPerItem(count: positions, size: width)
        let arguments: [KernelArgument] = [
            .memory(builder.memory(table)), .word(table.type.shape[0]), .word(width), .memory(builder.memory(indices)),
            .word(positions), .memory(builder.memory(launch.results[0])), .word(tasks),
        ]
        let items = builder.deviceClass == .cpu ? (positions + tasks - 1) / tasks : positions * width
        let source = KernelSource("gather.cl", defines: [builder.width])
        switch table.type.dtype {
        case .float32:
            builder.launch(source, "gather_words", arguments + [.bits(Float.nan.bitPattern)], items: items)
        case .int32:
            builder.launch(source, "gather_words", arguments + [.bits(0)], items: items)
        case .uint8:
            builder.launch(source, "gather_bytes", arguments + [.number(.nan), .number(divisor)], items: items)
        }
    }
}
