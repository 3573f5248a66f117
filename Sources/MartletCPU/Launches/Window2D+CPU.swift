internal import CMartletCPU
import MartletBackend
import MartletOps

extension Window2D {
    /// As the C kernels take it.
    func raw(over image: Size2D) -> martlet_window2d {
        func raw(_ axis: WindowAxis, _ extent: Int) -> martlet_window_axis {
            martlet_window_axis(
                extent: extent, places: axis.places(extent), size: axis.size, stride: axis.stride, dilation: axis.dilation,
                before: axis.before)
        }
        return martlet_window2d(height: raw(height, image.height), width: raw(width, image.width))
    }
}

extension ConvolutionExtents {
    /// The arguments of a convolution or one of its gradients, but for its tensors.
    func raw(_ pass: martlet_conv2d_pass) -> martlet_conv2d_arguments {
        var arguments = martlet_conv2d_arguments()
        (arguments.pass, arguments.images, arguments.channels, arguments.output_channels) = (pass, images, channels, outputChannels)
        (arguments.groups, arguments.window, arguments.segment_images) = (groups, window.raw(over: image), segmentImages)
        return arguments
    }
}
