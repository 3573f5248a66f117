import MartletGraph
import MartletOps

/// Images without some rows and columns on each side.
public struct Crop: Layer {
    public static let kind = "crop"
    public static let standard = Crop(0)
    public static var fields: [LayerField<Self>] { [LayerField("sides", \.sides, isRequired: true)] }
    public var preservesActivation: Bool { true }

    /// Rows and columns that are taken away on each side.
    public var sides: Padding2D

    /// - Parameter sides: smaller together than the image, which is checked when the model is made.
    public init(_ sides: Padding2D) { self.sides = sides }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let image = try context.image(inputs)
        let sides = try context.sides(sides, inputs)
        guard sides.top + sides.bottom < image.height, sides.left + sides.right < image.width else {
            throw context.refusal("images larger than what is taken away: [\(sides.top), \(sides.bottom), \(sides.left), \(sides.right)]", inputs)
        }
        return try context.graph.slice(inputs[0], [
            0..<image.batch, sides.top..<(image.height - sides.bottom), sides.left..<(image.width - sides.right),
        ])
    }
}
