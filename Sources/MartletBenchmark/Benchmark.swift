import MartletCore
import MartletTraining

/// What is to be measured.
public struct BenchmarkOptions: Sendable {
    public var suites: [BenchmarkSuite]
    public var schedule: Schedule
    public var opponents: OpponentSelection
    /// The names of the cases; nil for all.
    public var cases: Set<String>?
    /// In the grammar of the only suite; nil for the usual ones.
    public var shapes: String?
    /// Of the processor's paths; nil for all.
    public var threads: Int?

    public init(
        suites: [BenchmarkSuite], schedule: Schedule = Schedule(), opponents: OpponentSelection = .all,
        cases: Set<String>? = nil, shapes: String? = nil, threads: Int? = nil
    ) {
        (self.suites, self.schedule, self.opponents) = (suites, schedule, opponents)
        (self.cases, self.shapes, self.threads) = (cases, shapes, threads)
    }
}

/// Told of what happens, while it happens.
public protocol BenchmarkObserver {
    func note(_ text: String)
    func started(_ text: String)
    func measured(_ row: BenchmarkRow)
    /// Asked between turns.
    var shouldStop: Bool { get }
}

/// The suite: the limits of each target first, then the cases, set against them.
public struct Benchmark {
    private let options: BenchmarkOptions
    private let gemm: [GemmShape]
    private let convolutions: [ConvolutionShape]
    private let sizes: [Int]
    private let batches: [Int]

    /// - Throws: `badOption` for shapes that mean nothing.
    public init(_ options: BenchmarkOptions) throws(TrainingError) {
        guard (1...10000).contains(options.schedule.rounds) else {
            throw .badOption("the number of rounds must be from 1 to 10000, not \(options.schedule.rounds)")
        }
        guard options.schedule.seconds > 0, options.schedule.seconds <= 3600 else {
            throw .badOption("the seconds of a case must be above 0 and at most 3600, not \(options.schedule.seconds)")
        }
        var (gemm, convolutions) = (GemmShape.usual, ConvolutionShape.usual)
        var (sizes, batches) = (OperationCases.usualSizes, StepCase.usualBatches)
        if let text = options.shapes {
            guard options.suites.count == 1, options.suites[0].shapeGrammar != nil else {
                throw .badOption("--shapes belongs to one of gemm, conv, ops and step")
            }
            switch options.suites[0] {
            case .gemm: gemm = try GemmShape.parse(text)
            case .conv: convolutions = try ConvolutionShape.parse(text)
            case .ops: sizes = try OperationCases.parse(text)
            case .step: batches = try StepCase.parse(text)
            case .limits, .size, .overhead: break
            }
        }
        (self.options, self.gemm, self.convolutions, self.sizes, self.batches) = (options, gemm, convolutions, sizes, batches)
    }

    /// Measures on every target.
    /// - Throws: `badOption` for a case that no suite has; `BenchmarkInterrupted` where the observer asked to stop; what was measured has been told by then.
    /// - Returns: whether every result was right.
    public func run(on targets: [BenchmarkTarget], _ observer: some BenchmarkObserver) throws -> Bool {
        let opponents = Opponents(options.opponents, threads: targets.first { !$0.isOpenCL }?.threads ?? targets[0].threads, note: observer.note)
        let chosen = try chosenItems(opponents)
        var isRight = true
        func tell(_ row: BenchmarkRow) {
            observer.measured(row)
            isRight = isRight && row.verified
        }
        for target in targets {
            observer.started("limits of \(target.backend)")
            var schedule = options.schedule
            // Where nobody asked for the limits themselves, a glance is enough.
            if !options.suites.contains(.limits) { schedule.seconds = min(schedule.seconds, 0.1) }
            try target.measureLimits(schedule, shouldStop: { observer.shouldStop }) { row in
                if options.suites.contains(.limits) { tell(row) }
            }
        }
        for item in chosen {
            for target in targets {
                if observer.shouldStop { throw BenchmarkInterrupted() }
                observer.started("\(item.name) \(item.shape) on \(target.backend)")
                try target.refreshLimits()
                for row in try item.measure(target, { observer.shouldStop }) { tell(row) }
            }
        }
        return isRight
    }

    /// Those of the suites that were asked for by name.
    private func chosenItems(_ opponents: Opponents) throws -> [Item] {
        let all = try options.suites.flatMap { try items($0, opponents) }
        guard let cases = options.cases else { return all }
        var known: [String] = []
        for item in all where !known.contains(item.name) { known.append(item.name) }
        guard !known.isEmpty else { throw TrainingError.badOption("--case chooses among the cases of gemm, conv, ops, step, size or overhead; limits have none") }
        for name in cases.sorted() where !known.contains(name) { throw TrainingError.badOption(unknownName("case", name, known: known)) }
        return all.filter { cases.contains($0.name) }
    }

    /// A case, whatever its suite.
    private struct Item {
        let name: String
        let shape: String
        let measure: (BenchmarkTarget, () -> Bool) throws -> [BenchmarkRow]
    }

    private func items(_ suite: BenchmarkSuite, _ opponents: Opponents) throws -> [Item] {
        let schedule = options.schedule
        func item(_ found: LaunchCase) -> Item {
            Item(name: found.name, shape: found.shape) { [try found.measure(on: $0, against: opponents, schedule, shouldStop: $1)] }
        }
        return switch suite {
        case .limits: []
        case .gemm: try gemm.map { item(try LaunchCase.gemm($0, opponents)) }
        case .conv:
            try convolutions.flatMap { shape in
                try ConvolutionKind.allCases.map { item(try LaunchCase.convolution($0, shape, opponents)) }
            }
        case .ops: try OperationCases.all(sizes).map(item)
        case .step:
            StepModel.all.flatMap { model in
                batches.map { batch in
                    Item(name: model.name, shape: "batch \(batch)") {
                        [try StepCase(model: model, batch: batch).measure(on: $0, against: opponents, schedule, shouldStop: $1)]
                    }
                }
            }
        case .size:
            SizeCases.all.map { found in
                Item(name: found.name, shape: found.shape) { try found.measure($0, opponents, schedule, $1) }
            }
        case .overhead:
            OverheadCases.names.map { name in
                Item(name: name, shape: "") { try OverheadCases.measure(name, on: $0, schedule, shouldStop: $1) }
            }
        }
    }
}
