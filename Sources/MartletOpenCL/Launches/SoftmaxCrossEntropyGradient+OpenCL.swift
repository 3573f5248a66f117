import MartletBackend
import MartletOps

extension SoftmaxCrossEntropyGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let shape = launch.operands[0].type.shape
        let (rows, classes) = (shape[0], shape[1])
        let tasks = builder.tasksPerItem(count: rows, size: classes)
        builder.launch(
            KernelSource("softmax_cross_entropy_gradient.cl", defines: [builder.width]), Self.name,
            launch.operands.map { .memory(builder.memory($0)) } + [
                .memory(builder.memory(launch.results[0])), .word(rows), .word(classes), .word(tasks),
            ],
            items: builder.deviceClass == .cpu ? (rows + tasks - 1) / tasks : rows * classes)
    }
}
