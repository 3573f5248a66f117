import Martlet
import TestSupport
import Testing

/// max(x, 0) + slope min(x, 0); the slope of each channel is learnt (He et al. 2015).
struct ParametricReLU: Layer {
    static let kind = "prelu"
    static let standard = ParametricReLU()
    static var fields: [LayerField<Self>] { [LayerField("slope", \.slope)] }
    var slope: Float = 0.25

    func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1 else { throw context.refusal("one input", inputs) }
        let slopes = context.parameter("slope", [context.shape(inputs[0]).last], .constant(slope))
        return try context.graph.pointwise([inputs[0], slopes]) { e in
            let negative = e.apply(.minimum, e.operand(0), e.constant(0))
            return e.apply(.multiplyAdd, e.operand(1), negative, e.apply(.relu, e.operand(0)))
        }
    }
}

/// The input, and beside it what becomes of it (Huang et al. 2017).
struct Dense: Block {
    private let body: [any Block]

    init(@LayerBuilder _ body: () -> [any Block]) { self.body = body() }

    func record(on inputs: [Symbol]) -> Symbol {
        let added = body.reduce(inputs[0]) { value, block in block.record(on: [value]) }
        return Concatenate()(inputs[0], added)
    }
}

/// The squared distance of the probabilities from the right answer (Brier 1950).
struct BrierLoss: CustomLoss {
    static let name = "brier"
    static let task = LearningTask.classification

    func losses(
        _ output: Value, _ targets: Value, _ constants: [Value], in graph: inout Graph
    ) throws(ShapeError) -> Loss.Losses {
        let right = try graph.apply(OneHot(classes: graph.type(of: output).shape[1]), [targets])[0]
        let distance = try graph.apply(.subtract, graph.softmax(output), right)
        return Loss.Losses(values: try graph.reduce(.sum, graph.apply(.square, distance), axes: [1]))
    }
}

/// How sure a classifier is of its answers: the mean of the greatest probabilities.
struct Confidence: CustomMetric {
    let name = "confidence"

    func values(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> [Value] {
        [try graph.reduce(.maximum, graph.softmax(output), axes: [1])]
    }
}

/// Ends training once the loss has stayed below a bound for so many steps.
final class GoodEnough: Callback {
    let lossInterval: Int? = 1
    private let bound: Double
    private let steps: Int
    private var below = 0

    init(_ bound: Double, for steps: Int) { (self.bound, self.steps) = (bound, steps) }

    func received(_ loss: StepLoss) -> Decision {
        below = loss.loss < bound ? below + 1 : 0
        return below == steps ? .finish : .proceed
    }
}

/// min(max(x, 0), 6) (Howard et al. 2017).
struct ReLU6: Layer {
    static let kind = "relu6"
    static let standard = ReLU6()

    func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1 else { throw context.refusal("one input", inputs) }
        let relu6 = try PointwiseFunction(
            custom: "relu6", "x -> min(max(x, 0), 6)", arity: 1,
            source: """
                MARTLET_FUNCTION martlet_real martlet_relu6(martlet_real x) {
                    return MARTLET_SELECT(x < 0.0f, 0.0f, MARTLET_SELECT(x > 6.0f, 6.0f, x));
                }
                """,
            cpu: { out, x, _, _, count in
                for i in 0..<count { out![i] = x![i] < 0 ? 0 : x![i] > 6 ? 6 : x![i] }
            },
            formula: { $0[0] < 0 ? 0 : $0[0] > 6 ? 6 : $0[0] }
        ) { e, x, result, upstream in
            let isBetween = e.apply(.multiply, e.apply(.greater, x[0], e.constant(0)), e.apply(.less, x[0], e.constant(6)))
            return [e.apply(.multiply, upstream, isBetween)]
        }
        return try context.graph.apply(relu6, inputs[0])
    }
}

/// The running sums of a sample's elements.
struct RunningSum: Layer {
    static let kind = "running_sum"
    static let standard = RunningSum()

    func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, context.shape(inputs[0]).rank == 2 else { throw context.refusal("one input of one axis", inputs) }
        return try context.graph.apply(Custom(prefixSum(columns: context.shape(inputs[0]).last)), inputs)[0]
    }
}

/// Points of a square, and whether they lie in a circle: other ones in every epoch, made as they are wanted.
struct PointsOfASquare: SampleSource {
    let seed: UInt64
    let count = 2000
    var identity: String { "points of a square, seed \(seed)" }
    var format: SampleFormat {
        SampleFormat(name: "points", sample: TensorType([2]), targets: .classes(names: ["outside", "inside"]))
    }

    func samples(epoch: Int, from start: Int) -> any SampleStream {
        Points(key: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch), place: start, count: count)
    }

    struct Points: SampleStream {
        let key: UInt64
        var place: Int
        let count: Int

        mutating func next(_ limit: Int) -> SampleBatch? {
            let places = place..<min(place + limit, count)
            guard !places.isEmpty else { return nil }
            place = places.upperBound
            let points = places.map { [random(2 * $0), random(2 * $0 + 1)] }
            let isInside = points.map { $0[0] * $0[0] + $0[1] * $0[1] < 0.64 }
            return SampleBatch(
                features: HostArray([places.count, 2], points.flatMap { $0 }),
                targets: HostArray([places.count], isInside.map { $0 ? Int32(1) : 0 }))
        }

        /// From -1 to 1, a function of the key and a number alone (SplitMix64, Steele et al. 2014).
        private func random(_ number: Int) -> Float {
            var word = key &+ UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return Float((word ^ word >> 31) >> 40) * 0x1p-23 - 1
        }
    }
}

@Suite struct PartsOfYourOwn {
    static let devices: [any Device] = [BackendSelection.cpu, .opencl(.any)].compactMap { try? Backends.open($0).device }

    @Test func network() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("own.safetensors")
        var hashes: Set<String> = []
        for device in Self.devices {
            let digits = DataSet.digits()
            let model = try Sequential(input: [64]) {
                Linear(32); ParametricReLU()
                Dense {
                    RunningSum(); LayerNorm(); Linear(16); ReLU6()
                }
                Linear(10)
            }
            let compiled = try model.compile(
                loss: Loss(BrierLoss()), optimizer: "adam", customMetrics: [Confidence()], on: device)
            let history = try compiled.fit(digits.train, validation: digits.test, epochs: 5)
            let validation = history.epochs.last!.validation!
            print(validation.accuracy!, validation.custom!["confidence"]!)
            #expect(validation.accuracy! > 0.85 && (0.1...1).contains(validation.custom!["confidence"]!))
            hashes.insert(try compiled.weightsSHA256())

            let report = try GradientCheck().run(compiled, on: digits.test)
            for row in report.rows { print(row.tensor, row.worst, report.verdict(of: row)) }
            #expect(report.passes && report.rows.contains { $0.tensor.hasSuffix(".slope") })

            try compiled.save(to: path, data: DataDescription(digits.train))
            let registry = try Registry(layers: [ParametricReLU.self, RunningSum.self, ReLU6.self], losses: [BrierLoss.self])
            let file = try ModelFile.read(path, registry: registry)
            print(file.model == model, file.loss == Loss(BrierLoss()))
            #expect(file.model == model && file.loss == Loss(BrierLoss()))
        }
        #expect(hashes.count == 1)
    }

    @Test func source() throws {
        var hashes: Set<String> = []
        for device in Self.devices {
            let classifier = try Sequential(input: [2]) { Linear(16); ReLU6(); Linear(2) }
            let compiled = try classifier.compile(optimizer: "adam", learningRate: 0.01, on: device)
            let points = PointsOfASquare(seed: 1)
            let history = try compiled.fit(points, epochs: 50, callbacks: [
                GoodEnough(0.15, for: 20),
                AfterEpoch { epoch, _ in
                    print(epoch.epoch, epoch.train.loss)
                    return .proceed
                },
            ])
            print(history.epochs.count, try compiled.evaluate(PointsOfASquare(seed: 2)).accuracy!)
            #expect(history.epochs.count < 50)
            #expect(try compiled.evaluate(PointsOfASquare(seed: 2)).accuracy! > 0.9)
            hashes.insert(try compiled.weightsSHA256())
        }
        #expect(hashes.count == 1)
    }
}
