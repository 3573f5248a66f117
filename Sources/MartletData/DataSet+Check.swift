import MartletCore
import MartletFormats

extension DataSet {
    /// What every set must fulfil, so that nothing later need look again. `source` is what messages call the data.
    func check(source: String) throws(FormatError) {
        func unsuitable(_ problem: String, _ remedy: String) -> FormatError {
            .unsuitable(path: source, problem: problem, remedy: remedy)
        }
        guard features.shape.rank > 0, features.count > 0 else {
            throw unsuitable("expected samples with features, found the shape \(features.shape)", "add data")
        }
        guard features.dtype != .int32 else {
            throw unsuitable("expected features of uint8 or float32, found int32", "store them as one of these")
        }
        if let (index, value) = features.firstNonFinite {
            let sample = index / featureShape.elementCount
            throw unsuitable("expected finite features, found \(value) in sample \(sample)", "correct or drop it")
        }
        guard featureDivisor.isFinite, featureDivisor > 0 else {
            throw unsuitable("expected a positive divisor of the features, found \(featureDivisor)", "give 1 for none")
        }
        if let channels, !isImages || channels.means.count != features.shape[1] {
            throw unsuitable("expected images of bytes with \(channels.means.count) channels, found \(features.type)", "leave the statistics out")
        }
        if let names = featureNames, names.count != featureShape.elementCount {
            throw .mismatch(
                path: source, what: "the number of feature names", expected: "\(featureShape.elementCount)",
                found: "\(names.count)")
        }
        switch targets {
        case .classes(let labels, let names):
            guard labels.dtype == .int32, labels.shape.rank == 1, !names.isEmpty else {
                throw unsuitable(
                    "expected labels as a list of int32 and names of the classes, found \(labels.type)", "store them so"
                )
            }
            try checkCount(labels.shape[0], "labels", source)
            if let position = labels.integers.firstIndex(where: { $0 < 0 || $0 >= names.count }) {
                throw .badLabel(
                    path: source, position: position, label: Int(labels.integers[position]), classes: names.count)
            }
        case .values(let values, let names):
            guard values.dtype == .float32, values.shape.rank == 2, values.shape[1] == names.count, !names.isEmpty
            else {
                throw unsuitable(
                    "expected float32 values of \(names.count) named columns, found \(values.type)", "store them so")
            }
            try checkCount(values.shape[0], "target rows", source)
            guard values.floats.allSatisfy(\.isFinite) else {
                throw unsuitable("a target value is not finite", "correct or drop it")
            }
        }
    }

    private func checkCount(_ found: Int, _ what: String, _ source: String) throws(FormatError) {
        guard found == count else {
            throw .mismatch(
                path: source, what: "the number of \(what)", expected: "\(count), as there are samples",
                found: "\(found)")
        }
    }
}
