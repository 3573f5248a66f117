import MartletCore
import MartletFormats

extension DataSet {
    /// These samples and then those of another part of the same data.
    /// - Throws: `unsuitable` where the parts have other features, classes or kinds of targets.
    public func appending(_ other: DataSet) throws(FormatError) -> DataSet {
        let problem = FormatError.unsuitable(
            path: other.name, problem: "expected the features and targets of '\(name)'", remedy: "join parts of one data set")
        guard featureShape == other.featureShape, featureDivisor == other.featureDivisor, channels == other.channels,
            let features = features.appending(other.features)
        else { throw problem }
        switch (targets, other.targets) {
        case (.classes(let a, let names), .classes(let b, let otherNames)) where names == otherNames:
            guard let labels = a.appending(b) else { throw problem }
            return DataSet(unchecked: name, features, featureDivisor, featureNames, .classes(labels: labels, names: names), channels: channels)
        case (.values(let a, let names), .values(let b, let otherNames)) where names == otherNames:
            guard let values = a.appending(b) else { throw problem }
            return DataSet(unchecked: name, features, featureDivisor, featureNames, .values(values, names: names), channels: channels)
        default: throw problem
        }
    }
}

extension HostArray {
    /// These rows and then those of another array of the same type; nil where it is of another.
    func appending(_ other: HostArray) -> HostArray? {
        guard shape.withoutFirst == other.shape.withoutFirst else { return nil }
        let joined = shape.withoutFirst.prepending(shape[0] + other.shape[0])
        return switch (elements, other.elements) {
        case (.float32(let a), .float32(let b)): HostArray(joined, a + b)
        case (.int32(let a), .int32(let b)): HostArray(joined, a + b)
        case (.uint8(let a), .uint8(let b)): HostArray(joined, a + b)
        default: nil
        }
    }
}
