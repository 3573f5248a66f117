import MartletBackend
import MartletCore
import MartletOps

extension SoftmaxCrossEntropy: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let shape = launch.operands[0].type.shape
        let (logits, labels) = (builder.memory(launch.operands[0]), builder.memory(launch.operands[1]))
        let (losses, probabilities) = (builder.memory(launch.results[0]), builder.memory(launch.results[1]))
        let (rows, classes) = (shape[0], shape[1])
        let source = KernelSource("softmax_cross_entropy.cl", defines: [builder.width])
        if classes <= 1024 {
            let tasks = builder.tasksPerItem(count: rows, size: 8 * classes)
            let arguments: [KernelArgument] = [
                .memory(logits), .memory(labels), .memory(losses), .memory(probabilities), .word(rows), .word(classes),
                .word(tasks),
            ]
            switch builder.deviceClass {
            case .cpu: builder.launch(source, Self.name, arguments, items: (rows + tasks - 1) / tasks)
            case .gpu: builder.launch(source, Self.name, arguments, global: NDRange(32 * rows), local: NDRange(32))
            }
            return
        }
        // One kernel after another, in the order of the same sums.
        let column: Shape = [rows, 1]
        let (maxima, sums) = (builder.scratch(rows), builder.scratch(rows))
        // The loss still reads the logits.
        let exponentials = logits == probabilities ? builder.scratch(rows * classes) : probabilities
        builder.reduce(Reduce(.maximum, axes: 1..<2), [(logits, shape)], shape: shape, into: maxima)
        let exponential = Expression { e in e.apply(.exp, e.apply(.subtract, e.operand(0), e.operand(1))) }
        builder.pointwise(exponential, [(logits, shape), (maxima, column)], shape: shape, into: exponentials)
        builder.reduce(Reduce(.sum, axes: 1..<2), [(exponentials, shape)], shape: shape, into: sums)
        builder.launch(
            source, "softmax_cross_entropy_loss",
            [
                .memory(logits), .memory(labels), .memory(maxima), .memory(sums), .memory(losses), .word(rows),
                .word(classes),
            ], items: rows)
        builder.pointwise(Expression(.divide), [(exponentials, shape), (sums, column)], shape: shape, into: probabilities)
    }
}
