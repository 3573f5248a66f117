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
            if builder.deviceClass == .gpu, let turn = part.turn, builder.runsGroups(32, 8, localFloats: 32 * 33) {
                builder.copyTurned(part, turn, from: builder.memory(from), to: builder.memory(to))
                continue
            }
            let columns = part.axes.last ?? Part.Axis(extent: 1, sourceStride: 1, targetStride: 1)
            let rows = part.elementCount / columns.extent
            let tasks = builder.tasksPerItem(count: rows, size: columns.extent)
            builder.launch(
                source, Self.name,
                [
                    .memory(builder.memory(from)), .memory(builder.memory(to)),
                    .table(layout(part.axes.dropLast())), .word(part.axes.dropLast().count), .word(rows),
                    .word(columns.extent), .bits(word(columns.sourceStride)), .bits(word(columns.targetStride)), .word(tasks),
                ], items: builder.deviceClass == .cpu ? (rows + tasks - 1) / tasks : part.elementCount)
        }
    }
}

extension LaunchBuilder {
    /// Through local memory, in tiles of 32 x 32.
    fileprivate mutating func copyTurned(_ part: Copy.Part, _ turn: Copy.Part.Turn, from source: Memory, to target: Memory) {
        let rows = turn.rest.reduce(1) { $0 * $1.extent }
        let count = rows * tiles(turn.source.extent, of: 32) * tiles(turn.target.extent, of: 32)
        var arguments: [KernelArgument] = [.memory(source), .memory(target), .table(layout(turn.rest)), .word(turn.rest.count)]
        for axis in [turn.source, turn.target] {
            arguments += [.word(axis.extent), .bits(word(axis.sourceStride)), .bits(word(axis.targetStride))]
        }
        launch(
            KernelSource("copy.cl", defines: [width]), "copy_turned", arguments, global: NDRange(32 * count, 8), local: NDRange(32, 8))
    }
}

extension Copy.Part {
    /// Two axes that are to be exchanged: neighbours lie along one in the source, and along the other in the target.
    fileprivate struct Turn {
        var source, target: Axis
        var rest: [Axis]
    }

    /// nil where the axis is the same, or where most of a tile would be empty.
    fileprivate var turn: Turn? {
        guard let last = axes.last, last.targetStride.magnitude == 1, last.sourceStride.magnitude != 1,
            let place = axes.firstIndex(where: { $0.sourceStride.magnitude == 1 }), min(axes[place].extent, last.extent) >= 16
        else { return nil }
        var rest = axes.dropLast()
        return Turn(source: rest.remove(at: place), target: last, rest: Array(rest))
    }
}

/// Extent and steps of each axis. A buffer is never empty.
private func layout(_ axes: some Collection<Copy.Part.Axis>) -> [UInt32] {
    axes.isEmpty ? [0] : axes.flatMap { [word($0.extent), word($0.sourceStride), word($0.targetStride)] }
}

/// The bits of a signed number.
private func word(_ step: Int) -> UInt32 { UInt32(truncatingIfNeeded: step) }
