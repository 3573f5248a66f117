import MartletCore
import MartletFormats

extension DataSet {
    /// The samples of some classes, which are numbered anew in the order given.
    ///
    /// - Throws: `badRequest` for a set of values, an unknown class or one given twice; `unsuitable` where no sample is of
    ///   such a class.
    public func keeping(classes names: [String]) throws(FormatError) -> DataSet {
        guard case .classes(let labels, let known) = targets else {
            throw .badRequest("the data '\(name)' have numbers and no classes to choose from")
        }
        guard names.count > 1, Set(names).count == names.count else {
            throw .badRequest("at least two classes are chosen, each once, not \(names.joined(separator: ","))")
        }
        var places: [Int32: Int32] = [:]
        for (place, name) in names.enumerated() {
            guard let label = known.firstIndex(of: name) else { throw .badRequest(unknownName("class", name, known: known)) }
            places[Int32(label)] = Int32(place)
        }
        let rows = labels.integers.indices.filter { places[labels.integers[$0]] != nil }
        guard !rows.isEmpty else {
            throw .unsuitable(path: name, problem: "no sample is of the classes \(names.joined(separator: ", "))", remedy: "choose others")
        }
        let numbers = rows.map { places[labels.integers[$0]]! }
        return DataSet(
            unchecked: name, features.rows(rows), featureDivisor, featureNames,
            .classes(labels: HostArray([rows.count], numbers), names: names), channels: channels)
    }

    /// At most so many samples of each class, drawn by seed, in their order: what is left where labels are dear.
    ///
    /// - Throws: `badRequest` for a set of values, or a number below 1.
    public func limited(perClass count: Int, seed: UInt64) throws(FormatError) -> DataSet {
        guard count > 0 else { throw .badRequest("at least one sample a class is kept, not \(count)") }
        let labels = labels
        guard !labels.isEmpty else { throw .badRequest("the data '\(name)' have numbers and no classes") }
        var left = [Int](repeating: count, count: classNames.count)
        var rows: [Int] = []
        for row in keyedPermutation(count: labels.count, seed: seed, stream: limitStream) where left[Int(labels[row])] > 0 {
            left[Int(labels[row])] -= 1
            rows.append(row)
        }
        return subset(rows.sorted())
    }
}

extension Splits {
    /// Both parts with some classes alone, and the training part with at most so many samples a class.
    public func selected(classes: [String]?, perClass: Int?, seed: UInt64) throws(FormatError) -> Splits {
        var (train, test) = (train, test)
        if let classes {
            train = try train.keeping(classes: classes)
            test = try test.keeping(classes: classes)
        }
        if let perClass { train = try train.limited(perClass: perClass, seed: seed) }
        return Splits(train: train, test: test, standardisation: standardisation)
    }
}

/// "limi": what tells this use of a seed from others.
private let limitStream: UInt32 = 0x6c69_6d69
