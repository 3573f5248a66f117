import MartletFormats

/// A data set in its two parts, with what a model needs to be applied to new data.
public struct Splits: Sendable {
    /// What a model is trained on; validation data are taken from it.
    public let train: DataSet
    /// What it is measured with, once.
    public let test: DataSet
    /// How the features were scaled; nil where they are used as stored.
    public let standardisation: Standardisation?

    /// Two sets of the same features and classes.
    public init(train: DataSet, test: DataSet, standardisation: Standardisation? = nil) {
        self.train = train
        self.test = test
        self.standardisation = standardisation
    }

    /// The names of the classes; empty for a set of values.
    public var classNames: [String] { train.classNames }

    /// Refuses training data with nothing to tell apart, on which every model is right at once.
    ///
    /// - Parameter source: what messages call the data.
    /// - Throws: `unsuitable` where all training samples are of one class.
    public func checkClasses(source: String) throws(FormatError) {
        // One sample may stand for one of several classes.
        let present = Set(train.labels)
        guard present.count == 1, let only = present.first, classNames.count == 1 || train.count > 1 else { return }
        throw .unsuitable(
            path: source, problem: "expected training samples of at least two classes, found those of '\(classNames[Int(only)])' alone",
            remedy: "add samples of another class, or check the labels")
    }
}
