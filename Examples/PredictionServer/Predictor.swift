import Glibc
import Martlet
import Synchronization

/// What is wrong with a request.
struct BadRequest: Error {
    var status = 400
    let message: String
}

/// A saved model on a device, asked by many threads.
final class Predictor: Sendable {
    /// A compiled model belongs to one thread at a time.
    private let compiled: Mutex<CompiledModel>
    private let model: Model
    private let data: DataDescription?
    /// What the server says of itself.
    let description: JSONValue
    let summary: String

    static let sampleLimit = 4096

    init(modelFile path: String, on device: any Device) throws {
        let file = try ModelFile.read(path)
        // Nothing is trained, so the optimizer is the one that keeps nothing beside the weights.
        let compiled = try file.model.compile(loss: file.loss, optimizer: "sgd", on: device)
        try compiled.setWeights(file.weights)
        let hash = try compiled.weightsSHA256()
        self.compiled = Mutex(compiled)
        model = file.model
        data = file.data
        summary = "a model of \(model.parameterCount) parameters on \(device.name)"
        description = [
            "input": .array(model.inputShape.extents.map { .integer($0) }),
            "output": .array(model.outputShape.extents.map { .integer($0) }),
            "classes": data?.classNames.map { .array($0.map { .string($0) }) } ?? .null, "loss": .string(file.loss.name),
            "device": .string(device.name), "weightsSHA256": .string(hash),
        ]
    }

    /// `{"samples": [[…], …]}` gives `{"predictions": [{"class": …, "probability": …, "outputs": […]}, …]}`; where the model was not
    /// trained on classes, the outputs alone.
    func predict(_ body: [UInt8]) throws(BadRequest) -> JSONValue {
        let features = try features(body)
        let outputs: HostArray
        do {
            outputs = try compiled.withLock { model in
                try model.predict(features, divisor: data?.featureDivisor ?? 1, channels: data?.channels)
            }
        } catch {
            throw BadRequest(status: 500, message: "\(error)")
        }
        let width = model.outputShape.elementCount
        return ["predictions": .array((0..<features.shape[0]).map { row in
            prediction(Array(outputs.floats[row * width ..< (row + 1) * width]))
        })]
    }

    private func prediction(_ outputs: [Float]) -> JSONValue {
        let numbers = JSONValue.array(outputs.map { .number(Double($0)) })
        guard let names = data?.classNames, names.count == outputs.count, let top = outputs.indices.max(by: { outputs[$0] < outputs[$1] })
        else { return ["outputs": numbers] }
        // The share of the greatest exponential, without one that overflows.
        let sum = outputs.reduce(0) { $0 + exp(Double($1 - outputs[top])) }
        return ["class": .string(names[top]), "probability": .number(1 / sum), "outputs": numbers]
    }

    /// One row for each sample, as the model's data were: nested lists of the sample's shape, or a flat one.
    private func features(_ body: [UInt8]) throws(BadRequest) -> HostArray {
        let request: JSONValue
        do { request = try JSONValue(parsing: body, path: "the body") } catch { throw BadRequest(message: "\(error)") }
        guard let samples = request["samples"]?.array, !samples.isEmpty else {
            throw BadRequest(message: "expected {\"samples\": [[…], …]} with at least one sample")
        }
        guard samples.count <= Self.sampleLimit else {
            throw BadRequest(status: 413, message: "\(samples.count) samples are too many; send at most \(Self.sampleLimit) at a time")
        }
        let size = model.inputShape.elementCount
        var values: [Double] = []
        values.reserveCapacity(samples.count * size)
        for (place, sample) in samples.enumerated() {
            let start = values.count
            guard flatten(sample, into: &values), values.count - start == size else {
                throw BadRequest(message: "sample \(place): expected \(size) numbers (\(model.inputShape)), found \(values.count - start)")
            }
        }
        let shape = model.inputShape.prepending(samples.count)
        // A model that divides its features, or normalises them by channel, was trained on bytes.
        if let data, data.featureDivisor != 1 || data.channels != nil {
            guard values.allSatisfy({ (0...255).contains($0) && $0 == $0.rounded() }) else {
                throw BadRequest(message: "expected whole numbers from 0 to 255, for the model was trained on bytes")
            }
            return HostArray(shape, values.map { UInt8($0) })
        }
        let numbers = values.map { Float($0) }
        guard numbers.allSatisfy(\.isFinite) else { throw BadRequest(message: "expected numbers that float32 can hold") }
        let features = HostArray(shape, numbers)
        return data?.standardisation?.applied(to: features) ?? features
    }

    /// - Returns: false where something is no number.
    private func flatten(_ value: JSONValue, into values: inout [Double]) -> Bool {
        if let number = value.double {
            values.append(number)
            return true
        }
        guard let elements = value.array else { return false }
        return elements.allSatisfy { flatten($0, into: &values) }
    }
}
