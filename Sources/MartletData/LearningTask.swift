/// What a target column means: one of several classes, or a number.
public enum LearningTask: String, Sendable, Hashable, CaseIterable, Codable {
    case classification, regression
}
