import Martlet

/// Multiplies each channel by a number that is learnt and begins small, so that a residual branch begins as almost nothing
/// (Touvron et al. 2021, "Going deeper with Image Transformers").
struct LayerScale: Layer {
    static let kind = "layer_scale"
    static let standard = LayerScale()
    static var fields: [LayerField<Self>] { [LayerField("initial", \.initial)] }
    var initial: Float = 0.1
    var preservesActivation: Bool { true }

    func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let channels = try context.image(inputs).channels
        // Channels are the last axis of images inside: one number for each broadcasts.
        let scale = context.parameter("scale", [channels], .constant(initial))
        return try context.graph.apply(.multiply, inputs[0], scale)
    }
}
