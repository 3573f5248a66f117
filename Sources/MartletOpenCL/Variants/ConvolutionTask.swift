import MartletBackend
import MartletCore
import MartletOps

/// A convolution or one of its gradients.
package struct ConvolutionTask: TunedTask {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case forward = "conv2d"
        case inputGradient = "conv2d_input_gradient"
        case weightGradient = "conv2d_weight_gradient"
    }

    package var kind: Kind
    package var extents: ConvolutionExtents

    package init(_ kind: Kind, _ extents: ConvolutionExtents) { (self.kind, self.extents) = (kind, extents) }

    package init?(_ launch: Launch) {
        let types = launch.operands.map(\.type)
        switch launch.operation {
        case let operation as Conv2D: self.init(.forward, operation.extents(types))
        case let operation as Conv2DInputGradient: self.init(.inputGradient, operation.extents(types))
        case let operation as Conv2DWeightGradient: self.init(.weightGradient, operation.extents(types))
        default: return nil
        }
        if extents.isDepthwise { return nil }
    }

    private var window: Window2D { extents.window }

    /// Images, then output channels and kernel; stride, padding, dilation and groups where they are not usual.
    package var name: String {
        let (down, across) = (window.height, window.width)
        var words = [
            kind.rawValue, "\(extents.images)x\(extents.image)x\(extents.channels)", "\(extents.outputChannels)x\(window.size)",
        ]
        if (down.stride, across.stride) != (1, 1) { words.append("stride=\(down.stride)x\(across.stride)") }
        let padding = [down.before, down.after, across.before, across.after]
        if padding != [0, 0, 0, 0] { words.append("padding=\(padding.map(String.init).joined(separator: "x"))") }
        if (down.dilation, across.dilation) != (1, 1) { words.append("dilation=\(down.dilation)x\(across.dilation)") }
        if extents.groups != 1 { words.append("groups=\(extents.groups)") }
        return words.joined(separator: " ")
    }

    package init?(parsing name: String) {
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 3, let kind = Kind(rawValue: String(words[0])), let images = parseExtents(words[1], count: 4),
            let weights = parseExtents(words[2], count: 3)
        else { return nil }
        var (down, across) = (WindowAxis(weights[1]), WindowAxis(weights[2]))
        var groups = 1
        for word in words.dropFirst(3) {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            func numbers(_ count: Int) -> [Int]? { parseExtents(parts[1], count: count) }
            switch parts[0] {
            case "stride":
                guard let found = numbers(2) else { return nil }
                (down.stride, across.stride) = (found[0], found[1])
            case "padding":
                guard let found = numbers(4) else { return nil }
                (down.before, down.after, across.before, across.after) = (found[0], found[1], found[2], found[3])
            case "dilation":
                guard let found = numbers(2) else { return nil }
                (down.dilation, across.dilation) = (found[0], found[1])
            case "groups":
                guard let found = numbers(1) else { return nil }
                groups = found[0]
            default: return nil
            }
        }
        let window = Window2D(down, across)
        guard groups > 0, images[3] % groups == 0, down.size > 0, down.stride > 0, across.size > 0, across.stride > 0 else { return nil }
        let operation = Conv2D(window, groups: groups)
        let types = [TensorType(Shape(images)), TensorType([weights[1], weights[2], images[3] / groups, weights[0]])]
        // The shape rule has the last word.
        guard (try? operation.resultTypes(types)) != nil else { return nil }
        self.init(kind, operation.extents(types))
    }

    package var operation: any Operation {
        switch kind {
        case .forward: Conv2D(window, groups: extents.groups)
        case .inputGradient: Conv2DInputGradient(window, groups: extents.groups, image: extents.image)
        case .weightGradient: Conv2DWeightGradient(window, groups: extents.groups)
        }
    }

    package var operands: [TensorType] {
        let (images, weights, results) = (extents.inputShape, extents.weightShape, extents.resultShape)
        let shapes = switch kind {
        case .forward: [images, weights]
        case .inputGradient: [results, weights]
        case .weightGradient: [images, results]
        }
        return shapes.map { TensorType($0) }
    }

    // MARK: Which variants

    /// Of the product that the convolution is, within a group: pixels or taps with their channels, and channels that are written.
    private var rows: Int {
        switch kind {
        case .forward: extents.images * extents.result.height * extents.result.width
        case .inputGradient:
            extents.images * tiles(extents.image.height, of: window.height.stride) * tiles(extents.image.width, of: window.width.stride)
        case .weightGradient: window.count * extents.groupChannels
        }
    }
    private var columns: Int { kind == .inputGradient ? extents.groupChannels : extents.groupOutputChannels }
    /// What a sum is made of.
    private var inner: Int {
        switch kind {
        case .forward: window.count * extents.groupChannels
        case .inputGradient: window.count * extents.groupOutputChannels
        case .weightGradient: extents.segmentImages * extents.result.height * extents.result.width
        }
    }
    /// Groups, with the classes of pixels or the segments.
    private var products: Int {
        switch kind {
        case .forward: extents.groups
        case .inputGradient: extents.groups * window.height.stride * window.width.stride
        case .weightGradient: extents.groups * extents.segments
        }
    }

    package func takes(_ variant: ConvolutionVariant, on device: DeviceTraits) -> Bool {
        switch variant {
        case .plain: true
        case .registers: !extents.isDepthwise
        case .groups(let tile): !extents.isDepthwise && device.runsGroups(localFloats: tile.localFloats)
        }
    }

    package func suits(_ variant: ConvolutionVariant, on device: DeviceTraits) -> Bool {
        switch (variant, device.deviceClass) {
        case (.plain, _): true
        case (.registers(let tile), .cpu): tile.rows < 2 * rows && 16 * tile.columns < columns + 16
        case (.groups(let tile), .gpu): tile.suits(rows: rows, columns: columns)
        default: false
        }
    }

    package func usual(on device: DeviceTraits) -> ConvolutionVariant {
        switch device.deviceClass {
        case .cpu:
            let rows = columns <= 16 && kind != .weightGradient ? 12 : 8
            let best = ConvolutionVariant.registers(ConvolutionTile(rows: rows, columns: columns <= 16 ? 1 : 2))
            return takes(best, on: device) ? best : .plain
        case .gpu:
            // With fewer columns, most of a tile would be idle.
            guard columns >= 4, !extents.isDepthwise else { return .plain }
            return GroupTile.usual(products, rows: self.rows, columns: columns, inner: inner, outputs: 32, on: device)
                .map { .groups($0) } ?? .plain
        }
    }

    /// The same but for the number of images.
    package func distance(to other: ConvolutionTask) -> Double? {
        var same = other.extents
        same.images = extents.images
        guard kind == other.kind, same == extents else { return nil }
        return doublings(from: extents.images, to: other.extents.images)
    }
}
