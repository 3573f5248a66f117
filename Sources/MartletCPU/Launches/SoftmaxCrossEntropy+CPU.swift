internal import CMartletCPU
import MartletBackend
import MartletOps

extension SoftmaxCrossEntropy: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let shape = launch.operands[0].type.shape
        let (logits, labels) = (builder.floats(launch.operands[0]), builder.integers(launch.operands[1]))
        let (losses, probabilities) = (builder.floats(launch.results[0]), builder.floats(launch.results[1]))
        let pool = builder.pool
        builder.add {
            martlet_softmax_cross_entropy(
                pool.kernels, pool.raw, logits, labels, shape[0], shape[1], losses, probabilities)
        }
    }
}

extension SoftmaxCrossEntropyGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let shape = launch.operands[0].type.shape
        let (probabilities, labels) = (builder.floats(launch.operands[0]), builder.integers(launch.operands[1]))
        let (upstream, out) = (builder.floats(launch.operands[2]), builder.floats(launch.results[0]))
        let pool = builder.pool
        builder.add {
            martlet_softmax_cross_entropy_gradient(
                pool.kernels, pool.raw, probabilities, labels, upstream, shape[0], shape[1], out)
        }
    }
}
