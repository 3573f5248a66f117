import MartletBackend
import MartletOps

extension OneHot: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let rows = launch.operands[0].type.elementCount
        builder.launch(
            Self.name,
            [
                .memory(builder.memory.address(launch.operands[0])), .memory(builder.memory.address(launch.results[0])),
                .count(classes), .count(ignored == nil ? 0 : 1), .count(Int(ignored ?? 0)),
            ], items: rows, elements: rows * classes)
    }
}
