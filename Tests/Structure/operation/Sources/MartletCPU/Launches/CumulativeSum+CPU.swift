import MartletBackend
import MartletOps

extension CumulativeSum: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (columns, elements) = (launch.results[0].type.shape.last, launch.results[0].type.elementCount)
        builder.launch(
            Self.name,
            [
                .memory(builder.memory.address(launch.operands[0])), .memory(builder.memory.address(launch.results[0])),
                .count(columns), .count(reversed ? 1 : 0),
            ], items: elements / max(1, columns), elements: elements)
    }
}
