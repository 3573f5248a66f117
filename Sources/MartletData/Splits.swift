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
}
