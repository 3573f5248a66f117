import MartletCore
import MartletFormats

extension DataSet {
    /// Reads a table, divides it at random and standardises its features with the statistics of the training part.
    ///
    /// Every column but the label is a feature and must be numeric. Labels of classes may be any text: the classes are
    /// sorted as integers if all are, else as text. The parts are stratified by class; for regression they are plainly
    /// random.
    ///
    /// - Parameters:
    ///   - label: the column to be predicted.
    ///   - testFraction: the share of the rows in the test part; each part has at least one row.
    ///   - seed: decides the parts.
    /// - Throws: `unknownColumn`, `badNumber`, `missingValue`; `unsuitable` where the table has fewer than two rows, no
    ///   feature, or labels that cannot be classes; `tooLarge`; and what `CSV.read` throws.
    public static func loadCSV(
        _ path: String, label: String, task: LearningTask = .classification, testFraction: Double = 0.2,
        seed: UInt64 = 0
    ) throws(FormatError) -> Splits {
        let table = try CSV.read(path)
        let target = try table.index(of: label)
        let columns = table.columns.indices.filter { $0 != target }
        guard !columns.isEmpty else {
            throw .unsuitable(
                path: path, problem: "expected features beside the label '\(label)', found no other column",
                remedy: "add some")
        }
        guard table.rowCount > 1 else {
            throw .unsuitable(
                path: path, problem: "expected at least two rows to divide into training and test, found one",
                remedy: "add data")
        }
        let targets =
            switch task {
            case .classification: try table.classes(column: target)
            case .regression:
                Targets.values(HostArray([table.rowCount, 1], try table.floats(column: target)), names: [label])
            }
        let all = try DataSet(
            name: name(of: path), features: table.features(columns), featureNames: columns.map { table.columns[$0] },
            targets: targets, source: path)

        let strata = task == .classification ? all.labels : [Int32](repeating: 0, count: all.count)
        // Neither part may be empty.
        let one = 1 / Double(all.count)
        let (kept, heldOut) = stratifiedSplit(
            labels: strata, fraction: min(max(testFraction, one), 1 - one), seed: seed)
        let (train, test) = (all.subset(kept), all.subset(heldOut))
        let standardisation = Standardisation(fitting: train.features)
        return Splits(
            train: train.replacingFeatures(standardisation.applied(to: train.features)),
            test: test.replacingFeatures(standardisation.applied(to: test.features)), standardisation: standardisation)
    }

    /// Reads new samples for a model that was trained on a table: the named columns in that order, whatever others
    /// there are.
    ///
    /// - Throws: `unknownColumn`, `badNumber`, `missingValue`, `tooLarge`; `mismatch` where the standardisation is for
    ///   another number of columns; and what `CSV.read` throws.
    public static func loadFeatures(
        csv path: String, columns: [String], standardisation: Standardisation?
    ) throws(FormatError) -> HostArray {
        if let standardisation, standardisation.means.count != columns.count {
            throw .mismatch(
                path: path, what: "the number of features", expected: "\(standardisation.means.count)",
                found: "\(columns.count)")
        }
        let table = try CSV.read(path)
        var indices: [Int] = []
        for column in columns { indices.append(try table.index(of: column)) }
        let features = try table.features(indices)
        return standardisation?.applied(to: features) ?? features
    }

    private static func name(of path: String) -> String {
        let file = path.split(separator: "/").last ?? Substring(path)
        return String(file.split(separator: ".").first ?? file)
    }
}

extension CSV {
    fileprivate func features(_ picked: [Int]) throws(FormatError) -> HostArray {
        let shape: Shape = [rowCount, picked.count]
        guard shape.checkedElementCount != nil else {
            throw .tooLarge(path: path, what: "the tensor of its features", limit: 4 * TensorType.elementLimit)
        }
        return HostArray(shape, try floats(columns: picked))
    }

    fileprivate func classes(column: Int) throws(FormatError) -> DataSet.Targets {
        let texts = try strings(column: column)
        let names = sortedClassNames(Set(texts))
        let found = "\(names.count) different labels in \(rowCount) rows of '\(columns[column])'"
        guard names.count > 1 else {
            throw .unsuitable(
                path: path, problem: "expected at least two classes, found \(found)", remedy: "check the label column")
        }
        // Many numbers with fractions are measurements, not names.
        let areMeasurements = names.count > 20 && names.allSatisfy { Double($0) != nil } && names.contains { Int($0) == nil }
        guard names.count < rowCount || rowCount == 2, !areMeasurements else {
            throw .unsuitable(
                path: path, problem: "expected classes that occur more than once, found \(found)",
                remedy: "check the label column, or choose regression for a number (the loss 'mse')")
        }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        return .classes(labels: HostArray([rowCount], texts.map { numbers[$0]! }), names: names)
    }
}

/// By value if all are integers, else by text, so that the number of a class does not depend on the order of the rows.
private func sortedClassNames(_ names: Set<String>) -> [String] {
    let valued = names.compactMap { name in Int(name).map { (value: $0, name: name) } }
    guard valued.count == names.count else { return names.sorted() }
    return valued.sorted { ($0.value, $0.name) < ($1.value, $1.name) }.map(\.name)
}
