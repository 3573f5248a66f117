import MartletBackend
import MartletOps

extension Custom: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let items = kernel.workItems(launch.operands.map(\.type), launch.results.map(\.type))
        guard (1...3).contains(items.count), items.allSatisfy({ $0 >= 0 }) else {
            throw .build(kernel: kernel.name, log: "expected work-items in one to three dimensions, found \(items)")
        }
        var arguments = (launch.operands + launch.results).map { KernelArgument.memory(builder.memory($0)) }
        for argument in kernel.arguments {
            switch argument {
            case .word(let word): arguments.append(.bits(word))
            case .number(let number): arguments.append(.number(number))
            }
        }
        let global = items.count == 1 ? NDRange(items[0]) : items.count == 2 ? NDRange(items[0], items[1]) : NDRange(items[0], items[1], items[2])
        let local = items.count == 1 ? NDRange(1) : items.count == 2 ? NDRange(1, 1) : NDRange(1, 1, 1)
        builder.launch(KernelSource("custom/\(kernel.name).cl", text: kernel.source), kernel.name, arguments, global: global, local: local)
    }
}
