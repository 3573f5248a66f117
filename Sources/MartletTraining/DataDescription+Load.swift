import MartletCore
import MartletData
import MartletFormats

extension DataDescription {
    /// Reads the features of a table as the model knows them: its columns in its order, standardised as in training.
    public func features(csv path: String) throws(TrainingError) -> HostArray {
        guard let featureNames else {
            throw .unsuitableData("the model was not trained on a table, so it cannot be applied to '\(path)'")
        }
        let standardisation = standardisation
        return try wrap { () throws(FormatError) in
            try DataSet.loadFeatures(csv: path, columns: featureNames, standardisation: standardisation)
        }
    }

    /// Reads data other than tables and prepares a part of them as in training: images of the size and the classes that
    /// the model knows, normalised with its statistics.
    /// - Throws: what the source throws, and `mismatch` where the images are others.
    public func dataSet(
        _ source: DataSource, label: String? = nil, task: LearningTask = .classification, seed: UInt64? = nil,
        _ part: (Splits) throws(FormatError) -> DataSet
    ) throws(TrainingError) -> DataSet {
        try wrap { () throws(FormatError) in
            var request = ImageRequest()
            if case .images = source, let shape = imageShape {
                request.size = (shape[1], shape[2])
                request.channels = shape[0]
                request.classNames = classNames
            }
            let splits = try source.load(
                label: label, task: task, seed: seed ?? splitSeed ?? 0, request: request, normalisation: source.isTable ? nil : .scale)
            let data = try part(splits)
            guard data.features.dtype == .uint8 else { return data }
            if channels != nil, !data.isImages || data.featureShape[0] != channels!.means.count {
                throw .mismatch(
                    path: "\(source)", what: "a sample", expected: "an image of \(Shape(imageShape ?? []))",
                    found: "\(data.featureShape)")
            }
            return data.normalised(divisor: featureDivisor, channels: channels)
        }
    }

    /// Reads the table that the model was trained on and gives one of its parts.
    /// - Throws: `unsuitableData` where the table is another one.
    public func part(_ isTrain: Bool, csv path: String, label: String, task: LearningTask) throws(TrainingError) -> DataSet {
        guard let splitSeed else {
            throw .unsuitableData("the model does not say how '\(path)' was divided, so it can only be evaluated whole")
        }
        let splits = try wrap { () throws(FormatError) in
            try DataSet.loadCSV(path, label: label, task: task, seed: splitSeed)
        }
        guard splits.standardisation == standardisation, splits.train.featureNames == featureNames else {
            throw .unsuitableData("'\(path)' is not the table that the model was trained on, so it has no parts; leave --part out")
        }
        return isTrain ? splits.train : splits.test
    }

    /// Reads a whole table with its labels, which must be classes that the model knows, or numbers.
    public func dataSet(csv path: String, label: String) throws(TrainingError) -> DataSet {
        let features = try features(csv: path)
        return try wrap { () throws(FormatError) in
            let table = try CSV.read(path)
            let column = try table.index(of: label)
            guard let classNames else {
                let values = HostArray([table.rowCount, 1], try table.floats(column: column))
                return try DataSet(name: path, features: features, featureNames: featureNames, targets: .values(values, names: [label]))
            }
            let places = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, Int32($0)) })
            var labels: [Int32] = []
            for (row, name) in try table.strings(column: column).enumerated() {
                guard let place = places[name] else {
                    throw .unsuitable(
                        path: path, problem: "line \(table.lines[row]): " + unknownName("class", name, known: classNames),
                        remedy: "use data with the classes that the model was trained on")
                }
                labels.append(place)
            }
            return try DataSet(
                name: path, features: features, featureNames: featureNames,
                targets: .classes(labels: HostArray([labels.count], labels), names: classNames))
        }
    }
}
