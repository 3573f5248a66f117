internal import CMartletCPU
import MartletBackend
import MartletOps

extension MaxPool2D: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (x, y, places) = (launch.operands[0], launch.results[0], launch.results[1])
        let shape = x.type.shape
        let arguments = martlet_max_pool2d_arguments(
            images: shape[0], channels: shape[3], window: window.raw(over: Size2D(shape[1], shape[2])),
            x: UnsafePointer(builder.floats(x)), y: builder.floats(y), places: builder.integers(places))
        let (kept, pool) = (builder.memory.keep([arguments]), builder.pool)
        builder.add { martlet_max_pool2d(pool.kernels, pool.raw, kept) }
    }
}

extension MaxPool2DGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (dy, places, dx) = (launch.operands[0], launch.operands[1], launch.results[0])
        let shape = dx.type.shape
        let arguments = martlet_max_pool2d_gradient_arguments(
            images: shape[0], channels: shape[3], window: window.raw(over: image), dy: UnsafePointer(builder.floats(dy)),
            places: UnsafePointer(builder.integers(places)), dx: builder.floats(dx))
        let (kept, pool) = (builder.memory.keep([arguments]), builder.pool)
        builder.add { martlet_max_pool2d_gradient(pool.kernels, pool.raw, kept) }
    }
}
