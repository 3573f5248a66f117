import MartletCore

/// The record of the first non-finite value of a run: two words, the step and the place, all ones while there is none.
/// Once it is set, nothing is updated any more, so that the last good weights survive until the host looks.
public enum Health {
    /// Two words: the step and the place.
    public static let type = TensorType([2], .int32)
    /// Place of the loss; element i of the gradients is i + 1.
    public static let lossPlace = 0

    /// Records a non-finite value: the earliest step, and within it the lowest place.
    static func mark(_ record: inout OracleTensor, step: StepParameters, index: Int) {
        let first = isSound(record) ? Double(step.step) : record[0]
        guard first == Double(step.step) else { return }
        record[1] = record[0] == -1 || record[1] == -1 ? Double(index) : min(record[1], Double(index))
        record[0] = first
    }
    static func isSound(_ record: OracleTensor) -> Bool { record[0] == -1 }
}
