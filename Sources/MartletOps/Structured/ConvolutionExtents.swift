import MartletCore

/// The extents of a convolution, the same for its forward pass and its two gradients.
///
/// Layouts: images n x h x w x channels, results n x h' x w' x output channels, weights kernel height x kernel width x
/// channels of a group x output channels.
public struct ConvolutionExtents: Hashable, Sendable {
    /// In the batch.
    public var images: Int
    /// Rows and columns of an image.
    public var image: Size2D
    /// Of an image.
    public var channels: Int
    /// Rows and columns of a result.
    public var result: Size2D
    /// Of a result: the number of filters.
    public var outputChannels: Int
    /// Divides both kinds of channels.
    public var groups: Int
    /// The kernel's size, and how it moves.
    public var window: Window2D

    /// n x h x w x channels
    public var inputShape: Shape { [images, image.height, image.width, channels] }
    /// n x h' x w' x output channels
    public var resultShape: Shape { [images, result.height, result.width, outputChannels] }
    /// kernel height x kernel width x channels of a group x output channels
    public var weightShape: Shape { [window.size.height, window.size.width, groupChannels, outputChannels] }

    /// Channels of an image that one filter reads.
    public var groupChannels: Int { channels / groups }
    /// Filters that read the same channels.
    public var groupOutputChannels: Int { outputChannels / groups }
    /// Every channel has one filter of its own.
    public var isDepthwise: Bool { groups == channels && groups == outputChannels && groups > 1 }
    /// Images in a segment of the weights' gradient.
    public var segmentImages: Int {
        imagesPerSegment(images: images, positions: result.height * result.width, weights: weightShape.elementCount)
    }
    /// Into how many the batch is cut for the weights' gradient: a function of the extents alone, for it decides bits.
    public var segments: Int { max(1, (images + segmentImages - 1) / segmentImages) }
    /// Multiply-adds of the whole, those with padding included.
    public var multiplyAdds: Int { resultShape.elementCount * window.count * groupChannels }

    /// Calls `body` for every product of an element with a weight, by their flat indices: for each element of the result
    /// in order, by tap and channel.
    func forEachProduct(_ body: (_ input: Int, _ weight: Int, _ result: Int) -> Void) {
        let strides = (inputShape.strides, resultShape.strides)
        for n in 0..<images {
            for (oh, ow) in grid(result) {
                for (kh, kw) in grid(window.size) {
                    let (h, w) = (window.height.element(oh, tap: kh), window.width.element(ow, tap: kw))
                    guard (0..<image.height).contains(h), (0..<image.width).contains(w) else { continue }
                    let pixel = n * strides.0[0] + h * strides.0[1] + w * strides.0[2]
                    let place = n * strides.1[0] + oh * strides.1[1] + ow * strides.1[2]
                    let tap = (kh * window.size.width + kw) * groupChannels
                    for output in 0..<outputChannels {
                        let group = output / groupOutputChannels
                        for channel in 0..<groupChannels {
                            body(
                                pixel + group * groupChannels + channel, (tap + channel) * outputChannels + output, place + output)
                        }
                    }
                }
            }
        }
    }
}

/// Rows and columns in row-major order.
func grid(_ size: Size2D) -> [(Int, Int)] {
    (0..<size.height).flatMap { row in (0..<size.width).map { (row, $0) } }
}

extension Operation {
    /// The numbers of a window and of groups, before anything is made of them.
    func requireConvolution(_ window: Window2D, groups: Int, _ operands: [TensorType]) throws(ShapeError) {
        try require(
            window.isValid && groups > 0,
            "kernel, stride, dilation and groups of at least 1 and padding of at least 0 (here \(window), \(groups) groups)", operands)
    }

    /// Where the window stands over an image; it must fit.
    func requirePlaces(_ window: Window2D, over image: Size2D, _ operands: [TensorType]) throws(ShapeError) -> Size2D {
        let places = window.places(image)
        try require(
            image.height > 0 && image.width > 0 && places.height > 0 && places.width > 0,
            "images of at least \(window.height.span)x\(window.width.span) with their padding "
                + "(\(window) over \(image): use a smaller kernel or dilation, or pad more)", operands)
        return places
    }
}
