import MartletCore
import MartletGraph
import MartletOps

extension LayerContext {
    /// The extents of the one batch of images that a layer takes.
    func image(_ inputs: [Value]) throws(ShapeError) -> (batch: Int, size: Size2D, channels: Int) {
        guard inputs.count == 1, isImage(inputs[0]) else {
            throw refusal("one input of images, channels x height x width", inputs)
        }
        let shape = shape(inputs[0])
        return (shape[0], Size2D(shape[1], shape[2]), shape[3])
    }

    /// Refuses a window that fits nowhere.
    func require(_ window: Window2D, over image: Size2D, _ inputs: [Value]) throws(ShapeError) {
        guard window.isValid else {
            throw refusal("kernel, stride and dilation of at least 1, and padding of at least 0, not \(window)", inputs)
        }
        let places = window.places(image)
        guard places.height > 0, places.width > 0 else {
            throw refusal("images that are with their padding as large as the window, not \(image) for a \(window)", inputs)
        }
    }
}
