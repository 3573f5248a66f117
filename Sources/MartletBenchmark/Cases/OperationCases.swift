import MartletCore
import MartletGraph
import MartletOps
import MartletTraining

/// Every operation of the table, at sizes that fit the last cache and at sizes that do not.
enum OperationCases {
    /// Elements of a large operand: one million stays in the third level, sixteen million do not.
    static let usualSizes = [1 << 20, 1 << 24]

    /// Reads sizes with commas between them; k is 2^10 and M 2^20.
    static func parse(_ text: String) throws(TrainingError) -> [Int] {
        var sizes: [Int] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let unit = word.hasSuffix("M") ? 1 << 20 : word.hasSuffix("k") ? 1 << 10 : 1
            guard let count = Int(unit == 1 ? word : word.dropLast()), count > 0, count <= 1 << 28 / unit else {
                throw .badOption("'\(word)' is no count of elements; expected a number from 1 to 256M, such as 65536, 64k or 1M")
            }
            sizes.append(count * unit)
        }
        return sizes
    }

    static func all(_ sizes: [Int]) throws -> [LaunchCase] {
        try sizes.flatMap { size in
            try pointwise(size) + reductions(size) + [softmax(size)] + [batchNorm(size)] + updates(size) + table(size)
        }
    }

    static func text(_ size: Int) -> String {
        size % (1 << 20) == 0 ? "\(size >> 20)M" : size % (1 << 10) == 0 ? "\(size >> 10)k" : "\(size)"
    }

    // MARK: By name

    private static func pointwise(_ size: Int) throws -> [LaunchCase] {
        let type = TensorType([size])
        var cases: [LaunchCase] = []
        for name in ["relu", "sigmoid", "tanh", "gelu", "exp", "log", "add"] {
            guard let function = PointwiseFunction.named(name) else { continue }
            let types = [TensorType](repeating: type, count: function.arity)
            cases.append(try launch(
                name, text(size), Pointwise(Expression(function)), types, name == "log" ? [.uniform(0.1, 10)] : []))
        }
        let dropout = Expression { e in e.apply(.multiply, e.operand(0), e.dropout(stream: 2, threshold: 1 << 30, scale: 1.25)) }
        cases.append(try launch("dropout", text(size), Pointwise(dropout), [type]))
        return cases
    }

    private static func reductions(_ size: Int) throws -> [LaunchCase] {
        let columns = min(size, 1024), rows = max(1, size / columns)
        let matrix = TensorType([rows, columns])
        return [
            try launch("sum", text(size), Reduce(.sum, axes: 0..<1), [TensorType([size])]),
            try launch("sum of rows", "\(matrix)", Reduce(.sum, axes: 1..<2), [matrix]),
            try launch("sum of columns", "\(matrix)", Reduce(.sum, axes: 0..<1), [matrix]),
        ]
    }

    private static func softmax(_ size: Int) throws -> LaunchCase {
        let columns = min(size, 1024), type = TensorType([max(1, size / columns), columns])
        var graph = Graph()
        let x = graph.external("x", type)
        try graph.leave(try graph.apply(Softmax(axis: 1), [x])[0], at: .output(0))
        return composite("softmax", "\(type)", graph, [type], Cost(flops: 5 * type.elementCount, [type], [type]))
    }

    /// Forward and backward.
    private static func batchNorm(_ size: Int) throws -> LaunchCase {
        let columns = min(size, 512), type = TensorType([max(2, size / columns), columns]), channel = TensorType([columns])
        var graph = Graph()
        let leaves = [graph.external("x", type), graph.external("gamma", channel), graph.external("beta", channel)]
        let upstream = graph.external("upstream", type)
        let y = try graph.apply(BatchNorm(), leaves)[0]
        // The gradient of this is the upstream gradient itself.
        let loss = try graph.reduce(.sum, try graph.apply(.multiply, y, upstream))
        try graph.leave(y, at: .output(0))
        for (place, gradient) in try graph.gradients(of: loss, for: leaves).enumerated() {
            if let gradient { try graph.leave(gradient, at: .output(1 + place)) }
        }
        let operands = [type, channel, channel, type]
        return composite(
            "batch_norm forward and backward", "\(type)", graph, operands,
            Cost(flops: 20 * type.elementCount, operands, [type, type, channel, channel]))
    }

    private static func updates(_ size: Int) throws -> [LaunchCase] {
        // From memory, where only traffic counts, those with no, one and two states stand for all.
        let rules = size > 1 << 22 ? ["sgd", "momentum", "adam"].compactMap(OptimizerRule.named) : OptimizerRule.all
        return try rules.map { rule in
            let operation = Update(rule, segments: [.init(offset: 0, count: size)])
            let type = TensorType([size])
            // Second moments are not negative, and no mean is larger than the mean square can make it.
            let states: [Sample.Filling] = (0..<rule.stateCount).map { $0 == 0 ? .uniform(0.5, 1) : .uniform(0, 0.5) }
            return try inPlace(
                "update \(rule.name)", text(size), operation, [type, Health.type], [.normal, .constant(-1)], [.normal] + states)
        }
    }

    // MARK: From the table

    /// The operations that are not above, and not measured by suites of their own: their largest samples, grown along the
    /// outermost axis until they move as many bytes as a triad over so many elements.
    private static func table(_ size: Int) throws -> [LaunchCase] {
        let named: [any Operation.Type] = [Pointwise.self, Reduce.self, Update.self, Matmul.self]
        let others = everyOperation.types.filter { type in !named.contains { $0 == type } && !type.name.hasPrefix("conv") }
        return try others.compactMap { type in
            // What an unhealthy run leaves undone is no work.
            let largest = try type.samples
                .filter { !$0.fillings.contains(.special) && !$0.label.contains("unhealthy") }
                .max { try $0.bytes() < $1.bytes() }
            guard let sample = try largest?.grown(to: 12 * size) else { return nil }
            let shape = sample.operands.map(\.description).joined(separator: ", ")
            return try inPlace(type.name, shape.isEmpty ? sample.label : shape, sample.operation, sample.operands, sample.fillings, sample.resultFillings)
        }
    }

    // MARK: Parts

    private static func launch(
        _ name: String, _ shape: String, _ operation: any Operation, _ operands: [TensorType], _ fillings: [Sample.Filling] = []
    ) throws -> LaunchCase {
        try inPlace(name, shape, operation, operands, fillings, [])
    }

    private static func inPlace(
        _ name: String, _ shape: String, _ operation: any Operation, _ operands: [TensorType], _ fillings: [Sample.Filling],
        _ before: [Sample.Filling]
    ) throws -> LaunchCase {
        let results = try operation.resultTypes(operands)
        return LaunchCase(.ops, name, shape, unit: .gigabytes, cost: operation.cost(operands, results)) {
            let arrays = operands.enumerated().map { BenchmarkData.array($1, $0 < fillings.count ? fillings[$0] : .normal, $0) }
            var task = try Workload(operation, arrays)
            if !before.isEmpty {
                task.isInPlace = true
                let contents = results.enumerated().map {
                    $0 < before.count ? BenchmarkData.array($1, before[$0], 100 + $0) : Workload.blank($1)
                }
                task.work = .launch(operation, before: contents)
            }
            task.step.step = 41
            task.step.sampleCount = (operands.first ?? results.first)?.shape.extents.first ?? 1
            if let update = operation as? Update {
                task.step.setScalars(
                    of: update.rule, iteration: 42, rate: 1e-4, weightDecay: 0.01, settings: update.rule.settings.map(\.value))
            }
            return task
        }
    }

    private static func composite(_ name: String, _ shape: String, _ graph: Graph, _ operands: [TensorType], _ cost: Cost) -> LaunchCase {
        LaunchCase(.ops, name, shape, unit: .gigabytes, cost: cost) {
            Workload(graph, operands.enumerated().map { BenchmarkData.normal($1.shape, stream: $0) })
        }
    }
}

extension Sample {
    func bytes() throws -> Int { operation.cost(operands, try operation.resultTypes(operands)).bytes }

    /// The sample with its outermost axis so long that it moves about so many bytes; as it is, where the operation does
    /// not take that.
    func grown(to limit: Int) throws -> Sample {
        let bytes = try bytes()
        guard let extent = operands.first?.shape.extents.first, extent > 0, bytes > 0, limit / bytes > 1 else { return self }
        let longer = extent * (limit / bytes)
        var grown = self
        grown.operands = operands.map { operand in
            guard operand.shape.extents.first == extent else { return operand }
            return TensorType(operand.shape.withoutFirst.prepending(longer), operand.dtype)
        }
        guard let results = try? operation.resultTypes(grown.operands), let before = try? operation.resultTypes(operands) else { return self }
        // An operation whose result does not grow along has its sizes among its attributes.
        guard results != before || results.allSatisfy({ $0.elementCount <= 8 }) else { return self }
        // Nor is one right whose operands grow with each other.
        return try grown.bytes() <= 2 * limit ? grown : self
    }
}
