/// Rows and columns; `2` is `Size2D(2, 2)`.
public struct Size2D: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Rows and columns.
    public var height, width: Int

    /// So many rows, and so many columns.
    public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }
    public init(integerLiteral value: Int) { self.init(value, value) }

    public var description: String { "\(height)x\(width)" }
}

/// How a window moves along one axis of an image.
public struct WindowAxis: Hashable, Sendable {
    /// Elements that the window reads, `dilation` apart.
    public var size: Int
    /// From one place of the window to the next.
    public var stride: Int
    /// From one element that the window reads to the next.
    public var dilation: Int
    /// Padding before the first and after the last element.
    public var before, after: Int
    /// Whether the last window may run over the padding's end.
    public var ceilMode: Bool

    /// A window of so many elements, which moves element by element unless a stride says otherwise.
    public init(_ size: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0, after: Int = 0, ceilMode: Bool = false) {
        (self.size, self.stride, self.dilation) = (size, stride, dilation)
        (self.before, self.after, self.ceilMode) = (before, after, ceilMode)
    }

    /// From the first element that the window reads to behind its last.
    public var span: Int { dilation * (size - 1) + 1 }

    /// Whether the numbers make sense, and are so small that kernels can add them to an element's in 32 bits.
    var isValid: Bool {
        let limit = 1 << 28
        return [size, stride, dilation].allSatisfy { (1..<limit).contains($0) } && [before, after].allSatisfy { (0..<limit).contains($0) }
            && span < limit
    }

    /// Where the window can stand over so many elements; 0 where it is larger than they are with their padding.
    ///
    /// PyTorch's rule: rounded up in `ceilMode`, where the first window too may run over the padding's end, but each must
    /// begin before the elements end.
    public func places(_ extent: Int) -> Int {
        let room = before + extent + after - span + (ceilMode ? stride - 1 : 0)
        guard room >= 0 else { return 0 }
        let places = room / stride + 1
        return ceilMode && (places - 1) * stride >= extent + before ? places - 1 : places
    }

    /// The element that a tap of the window reads at a place: outside 0 ..< extent it is padding.
    public func element(_ place: Int, tap: Int) -> Int { place * stride + tap * dilation - before }

    /// Whether the window holds an element at every place.
    func alwaysHoldsAnElement(_ extent: Int) -> Bool {
        (0..<places(extent)).allSatisfy { place in
            // The first tap that is not before the first element.
            let first = max(0, (before - place * stride + dilation - 1) / dilation)
            return first < size && element(place, tap: first) < extent
        }
    }
}

/// A window that moves over an image.
public struct Window2D: Hashable, Sendable, CustomStringConvertible {
    /// Along the rows, and along the columns.
    public var height, width: WindowAxis

    /// A window whose padding is settled.
    public init(_ height: WindowAxis, _ width: WindowAxis) { (self.height, self.width) = (height, width) }

    /// A window for images of some size, with its padding settled.
    public init(
        _ size: Size2D, stride: Size2D = 1, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false, over image: Size2D
    ) {
        height = WindowAxis(size.height, stride: stride.height, dilation: dilation.height, ceilMode: ceilMode)
        width = WindowAxis(size.width, stride: stride.width, dilation: dilation.width, ceilMode: ceilMode)
        padding.settle(&self, over: image)
    }

    /// Rows and columns of elements that it reads.
    public var size: Size2D { Size2D(height.size, width.size) }
    /// The number of taps.
    public var count: Int { height.size * width.size }

    var isValid: Bool { height.isValid && width.isValid }

    /// Where the window can stand.
    public func places(_ image: Size2D) -> Size2D { Size2D(height.places(image.height), width.places(image.width)) }

    public var description: String {
        var text = "window \(size)"
        if height.stride != 1 || width.stride != 1 { text += ", stride \(height.stride)x\(width.stride)" }
        if height.dilation != 1 || width.dilation != 1 { text += ", dilation \(height.dilation)x\(width.dilation)" }
        if [height.before, height.after, width.before, width.after].contains(where: { $0 != 0 }) {
            text += ", padding \(height.before)+\(height.after) by \(width.before)+\(width.after)"
        }
        return height.ceilMode || width.ceilMode ? text + ", ceil mode" : text
    }
}

/// What stands around an image before a window moves over it. `1` is one row or column on each side.
public enum Padding2D: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// None.
    case valid
    /// So much that the result has one place for every `stride` elements, rounded up. What does not halve goes to the end,
    /// as in TensorFlow and (at stride 1) in PyTorch.
    case same
    /// So many rows or columns on each side.
    case sides(top: Int, bottom: Int, left: Int, right: Int)

    public init(integerLiteral value: Int) { self = .symmetric(Size2D(value, value)) }

    /// As much on both sides of an axis.
    public static func symmetric(_ size: Size2D) -> Padding2D {
        .sides(top: size.height, bottom: size.height, left: size.width, right: size.width)
    }

    fileprivate func settle(_ window: inout Window2D, over image: Size2D) {
        switch self {
        case .valid: break
        case .same:
            Self.same(&window.height, image.height)
            Self.same(&window.width, image.width)
        case .sides(let top, let bottom, let left, let right):
            (window.height.before, window.height.after) = (top, bottom)
            (window.width.before, window.width.after) = (left, right)
        }
    }

    private static func same(_ axis: inout WindowAxis, _ extent: Int) {
        // What makes no sense is left for the shape rule to refuse.
        guard axis.isValid, extent > 0 else { return }
        let places = (extent + axis.stride - 1) / axis.stride
        let total = max(0, (places - 1) * axis.stride + axis.span - extent)
        (axis.before, axis.after) = (total / 2, total - total / 2)
    }
}
