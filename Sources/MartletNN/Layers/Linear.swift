import MartletCore
import MartletGraph
import MartletOps

/// y = x W + b. Weights lie [in, out] on the device and [out, in] in files, as in PyTorch's Linear.
/// An input of more than two axes is flattened to batch x features; of images files have the features by channel, row,
/// column.
public struct Linear: Layer {
    public static let kind = "linear"
    public static let standard = Linear(1)
    public static var fields: [LayerField<Self>] {
        [LayerField("units", \.units, .positive, isRequired: true), LayerField("bias", \.bias), LayerField("initialiser", \.initialiser, .sound)]
    }
    public static let elementOrder = ElementOrder.asItIs
    /// Numbers in the result of a sample.
    public var units: Int
    /// Left out before a batchNorm, whose mean would take it away again.
    public var bias: Bool
    /// Nil for the one suited to the following activation.
    public var initialiser: Initialiser?

    /// - Parameters:
    ///   - units: at least 1.
    ///   - initialiser: of the weights; nil for the one suited to the following activation.
    public init(_ units: Int, bias: Bool = true, initialiser: Initialiser? = nil) {
        self.units = units
        self.bias = bias
        self.initialiser = initialiser
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let shape = inputs.first.map { context.shape($0) } ?? .scalar
        guard inputs.count == 1, shape.rank >= 2 else { throw context.refusal("one input of features", inputs) }
        let features = shape.withoutFirst.elementCount
        let weightShape: Shape = [features, units]
        guard weightShape.checkedElementCount != nil else {
            throw context.refusal("weights of fewer than 2^31 elements, not \(weightShape)", inputs)
        }
        let x = try context.flatten(inputs[0])
        let image = context.imageShape(x)
        let weight = context.parameter(
            "weight", weightShape, initialiser ?? .suited(to: context.followingActivation),
            fanIn: features, fanOut: units, decays: true, fileLayout: image.map { .matrix(readingImage: $0, units) } ?? .matrix(features, units))
        let product = try context.graph.matmul(x, weight)
        guard bias else { return product }
        return try context.graph.apply(.add, product, context.parameter("bias", [units], .constant(0)))
    }
}
