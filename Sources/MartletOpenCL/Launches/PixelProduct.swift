import MartletBackend
import MartletCore
import MartletOps

/// The convolution, or the gradient of its images, whose pixels are the rows of a product and whose channels are its columns.
struct PixelProduct {
    var launch: Launch
    var extents: ConvolutionExtents
    var isGradient: Bool
    var epilogue: ExpressionSource

    /// Channels of a group that are read, and those that are written.
    var depth: Int { isGradient ? extents.groupOutputChannels : extents.groupChannels }
    var columns: Int { isGradient ? extents.groupChannels : extents.groupOutputChannels }
    /// Pixels that are read, and those that are written.
    var source: Size2D { isGradient ? extents.result : extents.image }
    var target: Size2D { isGradient ? extents.image : extents.result }
    /// Classes of pixels (see `pixels.h`), and how many pixels the largest one, the first, has.
    var classes: Int { isGradient ? extents.window.height.stride * extents.window.width.stride : 1 }
    var pixels: Int {
        guard isGradient else { return extents.images * extents.result.height * extents.result.width }
        let (down, across) = (extents.window.height.stride, extents.window.width.stride)
        return extents.images * tiles(extents.image.height, of: down) * tiles(extents.image.width, of: across)
    }
    var gradient: String { "GRADIENT=\(isGradient ? 1 : 0)" }

    /// The window of the convolution that this is, which for the gradient moves over the upstream; nil where that is none: at a
    /// stride.
    var forwardWindow: (down: WindowAxis, across: WindowAxis)? {
        let (down, across) = (extents.window.height, extents.window.width)
        guard isGradient else { return (down, across) }
        func turned(_ axis: WindowAxis) -> WindowAxis? {
            axis.stride == 1 && axis.before < axis.span
                ? WindowAxis(axis.size, dilation: axis.dilation, before: axis.span - 1 - axis.before) : nil
        }
        guard let turnedDown = turned(down), let turnedAcross = turned(across) else { return nil }
        return (turnedDown, turnedAcross)
    }

    /// How many neighbouring pixels are best computed as one: as many as fit into a vector and divide a row.
    var fold: Int {
        guard let across = forwardWindow?.across, across.dilation == 1, extents.groups == 1, columns > 0, columns <= 8 else { return 1 }
        let sizes = (1...(16 / columns)).filter { target.width % $0 == 0 }
        // Multiply-adds to a pixel.
        func cost(_ fold: Int) -> Double { Double(across.size + (fold - 1) * across.stride) / Double(fold) }
        return sizes.min { cost($0) < cost($1) } ?? 1
    }
}
