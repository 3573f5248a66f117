import MartletCore
import MartletFormats

/// A data set gives its samples in the order in which they are stored.
extension DataSet: SampleSource {
    public var format: SampleFormat {
        let targets: SampleFormat.Targets =
            switch targets {
            case .classes(_, let names): .classes(names: names)
            case .values(_, let names): .values(names: names)
            }
        return SampleFormat(
            name: name, sample: TensorType(featureShape, features.dtype), featureDivisor: featureDivisor, channels: channels,
            featureNames: featureNames, targets: targets)
    }

    /// SHA-256 of shapes, features and targets.
    public var identity: String {
        var hash = SHA256()
        for array in [features, targetArray] {
            hash.update("\(array.type)\0")
            array.withUnsafeBytes { hash.update($0) }
        }
        return SHA256.hex(hash.finalize())
    }

    public func samples(epoch: Int, from start: Int) -> any SampleStream { StoredSamples(data: self, place: start) }

    /// Labels or values.
    package var targetArray: HostArray {
        switch targets {
        case .classes(let labels, _): labels
        case .values(let values, _): values
        }
    }
}

private struct StoredSamples: SampleStream {
    let data: DataSet
    var place: Int

    mutating func next(_ limit: Int) -> SampleBatch? {
        guard place < data.count else { return nil }
        let rows = Array(place ..< min(place + limit, data.count))
        place += rows.count
        return SampleBatch(features: data.features.rows(rows), targets: data.targetArray.rows(rows))
    }
}

extension SampleFormat {
    /// Refuses samples that are not what the format says.
    /// - Throws: as the making of a data set.
    package func check(_ batch: SampleBatch) throws(FormatError) {
        let count = batch.features.shape.extents.first ?? 0
        for (what, found, expected) in [
            ("the features", batch.features.type, features(count: count)), ("the targets", batch.targets.type, targets.type(count: count)),
        ] where found != expected {
            throw .mismatch(path: name, what: what, expected: "\(expected)", found: "\(found)")
        }
        let targets: DataSet.Targets =
            switch targets {
            case .classes(let names): .classes(labels: batch.targets, names: names)
            case .values(let names): .values(batch.targets, names: names)
            }
        _ = try DataSet(name: name, features: batch.features, targets: targets)
    }
}
