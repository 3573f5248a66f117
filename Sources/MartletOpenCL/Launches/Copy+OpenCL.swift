import MartletBackend
import MartletOps

extension Copy: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let source = KernelSource("copy.cl", defines: [builder.width])
        let result = launch.results[0]
        if isFilling {
            let (count, width) = (shape.elementCount, builder.deviceClass.width)
            builder.launch(
                source, "fill", [.memory(builder.memory(result)), .word(count), .bits(value.bitPattern)],
                items: (count + width - 1) / width)
        }
        for (part, operand) in zip(parts, launch.operands) where part.elementCount > 0 {
            var (from, to) = (operand, result)
            from.offset += part.source
            to.offset += part.target
            let columns = part.axes.last ?? Part.Axis(extent: 1, sourceStride: 1, targetStride: 1)
            let rows = part.elementCount / columns.extent
            let layout = part.axes.dropLast().flatMap { [$0.extent, $0.sourceStride, $0.targetStride] }
            let tasks = builder.tasksPerItem(count: rows, size: columns.extent)
            builder.launch(
                source, Self.name,
                [
                    .memory(builder.memory(from)), .memory(builder.memory(to)),
                    // A buffer is never empty.
                    .table((layout.isEmpty ? [0] : layout).map(word)), .word(part.axes.dropLast().count), .word(rows),
                    .word(columns.extent), .bits(word(columns.sourceStride)), .bits(word(columns.targetStride)), .word(tasks),
                ], items: builder.deviceClass == .cpu ? (rows + tasks - 1) / tasks : part.elementCount)
        }
    }
}

/// The bits of a signed number.
private func word(_ step: Int) -> UInt32 { UInt32(truncatingIfNeeded: step) }
