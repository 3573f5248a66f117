import MartletBackend
import MartletCore
import MartletOps

/// Images as the taps of a convolution read them: where they lie, or copied with zeros around them (`conv2d_border.cl`).
struct BorderedImages {
    var memory: Memory
    /// With the border.
    var size: Size2D
    var down, across: AxisBorder
}

/// What taps read before the first and behind the last pixel along an axis.
struct AxisBorder {
    private(set) var before = 0, after = 0

    /// Of a window's axis, which stands in so many places over so many elements.
    init(_ axis: WindowAxis, extent: Int, places: Int) {
        before = axis.before
        after = max(0, (places - 1) * axis.stride + axis.span - 1 - axis.before - (extent - 1))
    }

    /// Of the gradient of the elements, whose taps read the upstream of so many places.
    init(gradientOf axis: WindowAxis, extent: Int, places: Int) {
        for first in 0..<min(axis.stride, extent) {
            for tap in 0..<axis.size where (first + axis.before - tap * axis.dilation) % axis.stride == 0 {
                let offset = (first + axis.before - tap * axis.dilation) / axis.stride
                before = max(before, -offset)
                after = max(after, (extent - first - 1) / axis.stride + offset - (places - 1))
            }
        }
    }
}

extension LaunchBuilder {
    /// Images as taps read them.
    mutating func bordered(
        _ source: Memory, images: Int, size: Size2D, channels: Int, _ down: AxisBorder, _ across: AxisBorder
    ) -> BorderedImages {
        let whole = Size2D(down.before + size.height + down.after, across.before + size.width + across.after)
        guard whole != size else { return BorderedImages(memory: source, size: size, down: down, across: across) }
        let target = scratch(images * whole.height * whole.width * channels)
        let rows = images * whole.height
        let tasks = tasksPerItem(count: rows, size: whole.width * channels)
        launch(
            KernelSource("conv2d_border.cl"), "conv2d_border",
            [.memory(source), .memory(target)]
                + [size.height, size.width, channels, whole.height, whole.width, down.before, across.before, rows, tasks]
                .map { .word($0) },
            global: NDRange(tiles(rows, of: tasks)), local: NDRange(1))
        return BorderedImages(memory: target, size: whole, down: down, across: across)
    }
}
