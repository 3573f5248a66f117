import MartletCore
import MartletGraph
import MartletOps

/// A border of a constant around images, and constant channels behind theirs.
public struct Pad: Layer {
    public static let kind = "pad"
    public static let standard = Pad(.valid)
    public static var fields: [LayerField<Self>] {
        [LayerField("sides", \.sides), LayerField("channels", \.channels), LayerField("value", \.value, .finite)]
    }
    public var preservesActivation: Bool { true }

    /// Rows and columns that are added on each side.
    public var sides: Padding2D
    /// How many channels are added.
    public var channels: Int
    /// What the border and the new channels hold.
    public var value: Float

    /// A border, new channels behind those of the image, or both.
    public init(_ sides: Padding2D = .valid, channels: Int = 0, value: Float = 0) {
        self.sides = sides
        self.channels = channels
        self.value = value
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let image = try context.image(inputs)
        let sides = try context.sides(sides, inputs)
        let result: Shape = [
            image.batch, sides.top + image.height + sides.bottom, sides.left + image.width + sides.right,
            (0 ..< 1 << 31).contains(channels) ? image.channels + channels : -1,
        ]
        guard result.checkedElementCount != nil else {
            throw context.refusal("at least 0 channels to be added (here \(channels)), and fewer than 2^31 elements", inputs)
        }
        return try context.graph.pad(
            inputs[0], before: [0, sides.top, sides.left, 0], after: [0, sides.bottom, sides.right, channels], with: value)
    }
}

extension LayerContext {
    /// What stands on each side of images, given in numbers.
    func sides(
        _ padding: Padding2D, _ inputs: [Value]
    ) throws(ShapeError) -> (top: Int, bottom: Int, left: Int, right: Int) {
        switch padding {
        case .valid: return (0, 0, 0, 0)
        case .same: throw refusal("sides in numbers, not \"same\"", inputs)
        case .sides(let top, let bottom, let left, let right):
            guard [top, bottom, left, right].allSatisfy({ (0 ..< 1 << 31).contains($0) }) else {
                throw refusal("sides of at least 0, not [\(top), \(bottom), \(left), \(right)]", inputs)
            }
            return (top, bottom, left, right)
        }
    }
}
