import MartletOps

extension Window2D {
    /// `MARTLET_WINDOW_PARAMETERS` of `Kernels/OpenCL/window.h`.
    func arguments(over image: Size2D) -> [KernelArgument] {
        let places = places(image)
        return [
            image.height, image.width, places.height, places.width, height.size, width.size, height.stride, width.stride,
            height.dilation, width.dilation, height.before, width.before,
        ].map { .word($0) }
    }
}

extension ConvolutionExtents {
    /// For kernels, depthwise convolutions are one group whose channels each have one filter.
    var kernelGroups: Int { isDepthwise ? 1 : groups }
    var depthwise: String { "DEPTHWISE=\(isDepthwise ? 1 : 0)" }

    /// Channels, those of a group, and the same of the output.
    var channelArguments: [KernelArgument] {
        let sizes = isDepthwise
            ? [channels, 1, outputChannels, outputChannels] : [channels, groupChannels, outputChannels, groupOutputChannels]
        return sizes.map { .word($0) }
    }
}

extension LaunchBuilder {
    /// How many vectors of a kernel's width cover the elements.
    func vectors(_ count: Int) -> Int { (count + deviceClass.width - 1) / deviceClass.width }

    /// Adds a kernel of two dimensions or three whose first checks its range.
    mutating func launch(_ source: KernelSource, _ name: String, _ arguments: [KernelArgument], items: Int, _ second: Int, _ third: Int = 1) {
        let group = deviceClass == .cpu ? 1 : min(64, device.context.device.largestWorkGroup)
        launch(
            source, name, arguments, global: NDRange((items + group - 1) / group * group, second, third), local: NDRange(group, 1, 1))
    }

    /// Adds a kernel that writes the vectors of an array of pixels, several to a work-item of a CPU.
    /// - Parameter size: elements that are read for one vector.
    mutating func launch(_ source: KernelSource, _ name: String, _ arguments: [KernelArgument], pixels: Int, channels: Int, size: Int) {
        let count = pixels * vectors(channels)
        let tasks = deviceClass == .cpu ? tasksPerItem(count: count, size: size) : 1
        launch(
            source, name, arguments + [.word(pixels), .word(channels), .word(tasks)], items: (count + tasks - 1) / tasks)
    }

    /// Adds a kernel that writes rows of pixels, several to a work-item of a CPU; a GPU has one to an element.
    /// - Parameter size: elements that are read for a row.
    mutating func launch(
        _ source: KernelSource, _ name: String, _ arguments: [KernelArgument], rows: Int, columns: Int, channels: Int, size: Int
    ) {
        let isCPU = deviceClass == .cpu
        let tasks = isCPU ? tasksPerItem(count: rows, size: size) : 1
        launch(
            source, name, arguments + [.word(rows), .word(channels), .word(tasks)],
            items: isCPU ? (rows + tasks - 1) / tasks : rows * columns * channels)
    }
}
