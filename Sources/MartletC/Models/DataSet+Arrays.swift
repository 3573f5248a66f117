import Martlet

extension DataSet {
    /// Features and targets of the caller.
    /// - Parameter classes: how many there are; nil for the greatest and those below.
    init(features: HostArray, divisor: Float, targets: HostArray, task: LearningTask, classes: Int?) throws {
        guard features.shape.rank > 0 else {
            throw CallError.data("features: expected one row a sample, found a number without axes")
        }
        switch task {
        case .classification:
            guard targets.dtype != .float32, targets.shape.rank == 1 else {
                throw CallError.data("targets: expected classes as a vector of int32 or uint8, found \(targets.type)")
            }
            let labels = targets.integers
            let count = classes ?? (Int(labels.max() ?? 0) + 1)
            // A stray number must not make a huge table of names.
            guard (1...Self.classLimit).contains(count) else {
                throw CallError.data("targets: expected from 1 to \(Self.classLimit) classes, found \(count)")
            }
            try self.init(
                name: "arrays", features: features, featureDivisor: divisor,
                targets: .classes(labels: HostArray(targets.shape, labels), names: (0..<count).map(String.init)), source: "arrays")
        case .regression:
            guard classes == nil else { throw CallError.usage("the option 'classes' does not go with a loss of numbers") }
            guard targets.dtype == .float32, (1...2).contains(targets.shape.rank) else {
                throw CallError.data("targets: expected float32 of samples or samples x outputs, found \(targets.type)")
            }
            let values = targets.shape.rank == 1 ? targets.reshaped([targets.shape[0], 1]) : targets
            guard values.shape[1] > 0 else { throw CallError.data("targets: expected at least one output, found \(targets.type)") }
            try self.init(
                name: "arrays", features: features, featureDivisor: divisor,
                targets: .values(values, names: (0..<values.shape[1]).map { "value\($0)" }), source: "arrays")
        }
    }

    private static var classLimit: Int { 1 << 20 }
}
