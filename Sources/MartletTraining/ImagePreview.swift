import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletGraph
import MartletNN
import MartletOps

extension DataSet {
    /// The first images of an epoch as training sees them before normalisation, with their labels: what a person looks at.
    ///
    /// - Parameter count: how many; all of them where there are fewer.
    /// - Throws: `unsuitableData` where the samples are no images of bytes.
    public func preview(
        count: Int, augmentation: Augmentation, seed: UInt64, on device: any Device
    ) throws(TrainingError) -> [(image: ByteImage, label: Int32?)] {
        guard isImages, featureShape[0] == 1 || featureShape[0] == 3 else {
            throw .unsuitableData("the samples of '\(name)' are \(featureShape) of \(features.dtype.rawValue), and only images of bytes with 1 or 3 channels can be shown")
        }
        let channels = featureShape[0]
        // Spread over the set, so that all classes are seen, and the same whatever is done to them.
        let chosen = (0..<min(count, self.count)).map { $0 * self.count / min(count, self.count) }
        let images = subset(chosen)
        let plan = try wrap { () throws(ShapeError) in
            var graph = Graph()
            let layout = SampleLayout.channelsLast
            let table = graph.external("features", layout.deviceType(images.features.type))
            let rows = try graph.apply(BatchIndices(count: chosen.count), [])[0]
            // Whatever the largest byte is, it shows as white.
            let batch = ImageBatch(
                .channelsLast, means: Array(repeating: 0, count: channels), deviations: Array(repeating: 1, count: channels),
                augmentation: augmentation, stream: Streams.augmentation)
            try graph.leave(try graph.apply(batch, [table, rows])[0], at: .output(0))
            return try Plan(graph, largestBuffer: device.largestBuffer)
        }
        let shape: Shape = [chosen.count, featureShape[1], featureShape[2], channels]
        let values = try wrap { () throws(DeviceError) in
            let resident = try device.makeBuffer(.uint8, count: images.features.count, purpose: "the images")
            try resident.write(images.features.channelsLast(rows: 0..<chosen.count), at: 0)
            let results = try device.makeBuffer(.float32, count: plan.outputs.total, purpose: "the results")
            var regions: [Region: any Buffer] = [.external(0): resident, .outputs: results]
            for (index, words) in plan.workspaces.enumerated() {
                regions[.workspace(index)] = try device.makeBuffer(.float32, count: words, purpose: "intermediate values")
            }
            var step = StepParameters(seed: seed)
            step.sampleCount = chosen.count
            try device.prepare(plan.program, regions: regions).run(step)
            return try results.read(TensorType(shape), at: plan.outputs.offsets[0]).floats
        }
        let white = featureDivisor > 1 && featureDivisor < 255 ? featureDivisor : 255
        let size = shape.withoutFirst.elementCount
        return chosen.indices.map { index in
            let pixels = values[index * size ..< (index + 1) * size].map { UInt8(min(255, max(0, ($0 / white * 255).rounded()))) }
            let image = ByteImage(height: shape[1], width: shape[2], channels: channels, pixels: pixels)
            return (image, labels.isEmpty ? nil : images.labels[index])
        }
    }
}
