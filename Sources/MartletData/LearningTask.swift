/// What a target column means: one of several classes, or a number.
public enum LearningTask: String, Sendable, Hashable, CaseIterable, Codable {
    /// One of several classes: int32 numbers from 0.
    case classification
    /// Numbers to be approximated: float32.
    case regression
}
