import MartletBackend
import MartletOps

/// The health record in memory: step and place, all ones while there is nothing to record.
struct HealthRecord {
    private let words: UnsafeMutablePointer<UInt32>

    init(_ slot: Slot, in builder: LaunchBuilder) {
        words = builder.memory.address(slot).assumingMemoryBound(to: UInt32.self)
    }

    var isSound: Bool { words[0] == .max }

    /// Records a value that is not finite: the earliest step, and within it the lowest place.
    func mark(step: UInt32, place: UInt32) {
        guard words[0] == .max || words[0] == step else { return }
        words[0] = min(words[0], step)
        words[1] = min(words[1], place)
    }
}
