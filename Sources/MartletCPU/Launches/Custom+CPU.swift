import MartletBackend
import MartletOps

extension Custom: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let memory = builder.memory
        func tensors(_ slots: [Slot]) -> [CustomTensor] { slots.map { CustomTensor($0.type, memory.address($0)) } }
        let (operands, results, cpu) = (tensors(launch.operands), tensors(launch.results), kernel.cpu)
        builder.add { cpu(operands, results) }
    }
}
