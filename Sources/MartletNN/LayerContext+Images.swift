import MartletCore
import MartletGraph
import MartletOps

/// Whether a layer minds the order of the elements in a sample.
///
/// Inside, images lie as rows x columns x channels; files and PyTorch have channels first. Flattened images stay as they
/// are, and are put into the order of files only for a layer that minds.
public enum ElementOrder: Hashable, Sendable {
    /// The order of files, in which flattened inputs are put first.
    case ofFiles
    /// Treats every element alike: flattened inputs of one order give a result of that order.
    case any
    /// Asks the context for the order of each input.
    case asItIs
}

extension Shape {
    /// height x width x channels for channels x height x width.
    var channelsLast: Shape { [extents[1], extents[2], extents[0]] }
    /// channels x height x width for height x width x channels.
    var channelsFirst: Shape { [extents[2], extents[0], extents[1]] }
}

extension LayerContext {
    /// Whether a value is a batch of images: batch x height x width x channels.
    public func isImage(_ value: Value) -> Bool {
        let type = graph.type(of: value)
        return type.shape.rank == 4 && type.dtype == .float32
    }

    /// The shape of one sample as users know it: of images, channels x height x width.
    public func sampleShape(_ value: Value) -> Shape {
        let shape = shape(value).withoutFirst
        return isImage(value) ? shape.channelsFirst : shape
    }

    /// The extents of the one batch of images that a layer takes.
    /// - Throws: where it has other inputs.
    public func image(_ inputs: [Value]) throws(ShapeError) -> (batch: Int, height: Int, width: Int, channels: Int) {
        guard inputs.count == 1, isImage(inputs[0]) else {
            throw refusal("one input of images, channels x height x width", inputs)
        }
        let shape = shape(inputs[0])
        return (shape[0], shape[1], shape[2], shape[3])
    }

    /// Batch x everything else. The elements of images stay where they are; `imageShape` tells.
    public mutating func flatten(_ value: Value) throws(ShapeError) -> Value {
        let whole = shape(value)
        if whole.rank == 2 { return value }
        let flat = try graph.reshape(value, [whole[0], whole.withoutFirst.elementCount])
        // With one channel, or one pixel, both orders are the same.
        if isImage(value), whole[3] > 1, whole[1] * whole[2] > 1 { flattened[flat] = whole.withoutFirst }
        return flat
    }

    /// The extents (height x width x channels) of images that were flattened and still lie in that order.
    public func imageShape(_ flat: Value) -> Shape? { flattened[flat] }

    /// The value with each sample in the order of files.
    public mutating func inOrderOfFiles(_ value: Value) throws(ShapeError) -> Value {
        if isImage(value) { return try graph.channelsSecond(value) }
        guard let image = flattened[value] else { return value }
        let batch = shape(value)[0]
        let turned = try graph.channelsSecond(try graph.reshape(value, image.prepending(batch)))
        return try graph.reshape(turned, [batch, image.elementCount])
    }

    /// A layer's result, its inputs put in order first where it asks for it.
    mutating func apply(_ layer: some Layer, _ inputs: [Value]) throws(ShapeError) -> Value {
        try layer.checkFields(name: "layer '\(layerName)'")
        var inputs = inputs
        let order = inputs.first.flatMap { flattened[$0] }
        let isShared = inputs.allSatisfy { flattened[$0] == order }
        switch type(of: layer).elementOrder {
        case .asItIs: return try layer.apply(inputs, in: &self)
        case .any where isShared:
            let result = try layer.apply(inputs, in: &self)
            if let order { flattened[result] = order }
            return result
        case .any, .ofFiles:
            for place in inputs.indices where flattened[inputs[place]] != nil { inputs[place] = try inOrderOfFiles(inputs[place]) }
            return try layer.apply(inputs, in: &self)
        }
    }
}

extension Model {
    /// What a model's input is inside: `rows` are samples of a shape, batch x elements, images with their channels last or
    /// as in files.
    public func input(
        _ rows: Value, ofSamples sample: Shape, channelsLast: Bool, in context: inout LayerContext
    ) throws(ShapeError) -> Value {
        let batch = context.shape(rows)[0]
        var x = rows
        if channelsLast, sample.rank == 3 {
            x = try context.graph.reshape(x, sample.channelsLast.prepending(batch))
            if isImage, sample == inputShape { return x }
            x = try context.flatten(x)
            if inputShape.rank == 1 { return x }
            x = try context.inOrderOfFiles(x)
        }
        x = try context.graph.reshape(x, inputShape.prepending(batch))
        return isImage ? try context.graph.channelsLast(x) : x
    }

    /// Whether the model takes images, channels x height x width.
    public var isImage: Bool { Self.isImage(inputShape, inputType) }

    static func isImage(_ input: Shape, _ type: DType) -> Bool { input.rank == 3 && type == .float32 }
}

extension LayerContext {
    /// What a layer throws that cannot take its inputs: `Model` adds its name.
    public func refusal(_ expected: String, _ inputs: [Value]) -> ShapeError {
        ShapeError("layer '\(layerName)'", expected: expected, found: inputs.map { sampleType($0) })
    }

    /// What a layer throws that cannot work with a setting: `Model` adds its name.
    public func refusal(_ expected: String, found value: String) -> ShapeError {
        ShapeError("layer '\(layerName)'", expected: expected, value: value)
    }

    /// The same error, naming the layer, with the shapes of one sample of its inputs as users know them.
    func naming(_ layer: some Layer, _ error: ShapeError, _ inputs: [Value]) -> ShapeError {
        let name = "layer '\(layerName)' (\(type(of: layer).kind))"
        if let value = error.value { return ShapeError(name, expected: error.expected, value: value) }
        return ShapeError(name, expected: error.expected, found: inputs.map { sampleType($0) })
    }

    private func sampleType(_ value: Value) -> TensorType { TensorType(sampleShape(value), graph.type(of: value).dtype) }
}
