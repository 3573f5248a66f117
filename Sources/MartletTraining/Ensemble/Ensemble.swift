import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletNN
import MartletOps

/// Models of one task whose answers are averaged: of classes the probabilities, of numbers the values (Hansen and Salamon
/// 1990; Lakshminarayanan et al. 2017). One model alone is an ensemble too, and answers as it does by itself.
public struct Ensemble: Sendable {
    /// At least one.
    public let members: [ModelFile]
    /// By which every member was taught.
    public var loss: Loss { members[0].loss }
    /// What the first member says of its data.
    public var data: DataDescription? { members[0].data }
    /// As that of a model, over the tensors of all members by the names that they have in a file.
    public var weightsSHA256: String { weightsHash(tensors) }
    /// Those of member i under `i.`.
    var tensors: [(name: String, array: HostArray)] {
        members.enumerated().flatMap { place, member in member.weights.map { (name: "\(place).\($0.name)", array: $0.array) } }
    }

    /// - Throws: `unsuitableData` where there is no member, or two differ in what they read, what they give, or how they
    ///   were taught.
    public init(_ members: [ModelFile]) throws(TrainingError) {
        guard let first = members.first else { throw .unsuitableData("an ensemble needs at least one model") }
        for (place, member) in members.enumerated() {
            func compare(_ what: String, _ a: some Equatable, _ b: some Equatable) throws(TrainingError) {
                guard "\(a)" != "\(b)" else { return }
                throw .unsuitableData("members of an ensemble have \(what) in common; member 1 (\(first.path)) has \(a), and member \(place + 1) (\(member.path)) \(b)")
            }
            try compare("their samples", first.model.inputShape, member.model.inputShape)
            try compare("their outputs", first.model.outputShape, member.model.outputShape)
            try compare("their loss", first.loss.text, member.loss.text)
            try compare("the names of their classes", first.data?.classNames, member.data?.classNames)
            try compare("the way their samples are prepared", first.data?.preparation, member.data?.preparation)
        }
        self.members = members
    }

    /// The averaged outputs for every sample (samples x outputs): of classes the logarithms of the mean probabilities, so
    /// that a softmax of them gives these.
    public func predict(
        _ features: HostArray, divisor: Float = 1, channels: ChannelStatistics? = nil, on device: any Device,
        residency: Residency = .automatic
    ) throws(TrainingError) -> HostArray {
        var outputs: [HostArray] = []
        for member in members {
            let compiled = try member.compile(on: device)
            compiled.residency = residency
            outputs.append(try compiled.predict(features, divisor: divisor, channels: channels))
        }
        return outputs.count == 1 ? outputs[0] : averaged(outputs)
    }

    /// Loss and measures of the averaged outputs over a data set.
    public func evaluate(
        _ data: DataSet, on device: any Device, residency: Residency = .automatic
    ) throws(TrainingError) -> Evaluation {
        try evaluations(data, on: device, residency: residency).together
    }

    /// The same of each member and of all together.
    public func evaluations(
        _ data: DataSet, on device: any Device, residency: Residency = .automatic
    ) throws(TrainingError) -> (members: [Evaluation], together: Evaluation) {
        var measured: [Evaluation] = []
        var outputs: [HostArray] = []
        for member in members {
            let compiled = try member.compile(on: device)
            compiled.residency = residency
            measured.append(try compiled.evaluate(data))
            if members.count > 1 { outputs.append(try compiled.predict(data)) }
        }
        guard members.count > 1 else { return (measured, measured[0]) }
        // The outputs as samples of a model that changes nothing, which is measured as any other.
        let mean = averaged(outputs)
        let answers = try wrap { () throws(FormatError) in
            try DataSet(name: data.name, features: mean, targets: data.targets)
        }
        let identity = try wrap { () throws(ShapeError) in try Model(input: mean.shape.withoutFirst, nodes: []) }
        let together = try identity.compile(loss: loss, optimizer: Optimizer(.sgd), on: device).evaluate(answers)
        return (measured, together)
    }

    /// Members are added in order, in double precision.
    private func averaged(_ outputs: [HostArray]) -> HostArray {
        let (shape, width) = (outputs[0].shape, outputs[0].shape.last)
        var sums = [Double](repeating: 0, count: shape.elementCount)
        for output in outputs {
            let values = output.floats
            guard averagesProbabilities else {
                for index in values.indices { sums[index] += Double(values[index]) }
                continue
            }
            for row in stride(from: 0, to: values.count, by: width) {
                let greatest = values[row ..< row + width].max()!
                let powers = values[row ..< row + width].map { Double(HostMath.exp($0 - greatest)) }
                let sum = powers.reduce(0, +)
                for (place, power) in powers.enumerated() { sums[row + place] += power / sum }
            }
        }
        let means = sums.map { Float($0 / Double(outputs.count)) }
        guard averagesProbabilities else { return HostArray(shape, means) }
        // A probability of zero has no logarithm; the least normal number has.
        return HostArray(shape, means.map { HostMath.log(max($0, .leastNormalMagnitude)) })
    }

    /// Outputs of other losses are no logarithms of probabilities, and are averaged as they are.
    private var averagesProbabilities: Bool { loss.kind == .crossEntropy || loss.kind == .negativeLogLikelihood }
}

extension ModelFile {
    /// The model on a device. Only its weights are used, so the optimizer is the one that keeps nothing.
    public func compile(on device: any Device) throws(TrainingError) -> CompiledModel {
        let compiled = try model.compile(loss: loss, optimizer: Optimizer(.sgd), on: device)
        try compiled.setWeights(weights)
        return compiled
    }
}

extension DataDescription {
    /// All that decides what a sample is when it comes to a model.
    fileprivate var preparation: String { "\(featureDivisor) \(String(describing: channels)) \(String(describing: featureNames)) \(String(describing: standardisation))" }
}
