import MartletGraph

/// The batches of an epoch, and the optimizer steps that they make: one each, or one for several whose gradients are added
/// up. The last step of an epoch may have fewer of them.
struct StepSequence {
    let batches: Batches
    /// What a plan is made for.
    struct Kind: Hashable {
        let size: Int
        let accumulation: GradientAccumulation?
    }
    let kinds: [Kind]
    private let places: [Int]
    private let accumulated: Int

    /// - Parameter accumulated: batches that make one step.
    init(_ batches: Batches, accumulating accumulated: Int = 1) {
        self.batches = batches
        self.accumulated = accumulated
        var kinds: [Kind] = []
        var places: [Int] = []
        for first in stride(from: 0, to: batches.count, by: accumulated) {
            let group = first ..< min(first + accumulated, batches.count)
            let samples = group.reduce(0) { $0 + batches[$1].count }
            for place in group {
                let count = batches[place].count
                let accumulation = accumulated == 1
                    ? nil
                    : GradientAccumulation(weight: Float(count), divisor: place == group.upperBound - 1 ? Float(samples) : nil)
                let kind = Kind(size: count, accumulation: accumulation)
                if !kinds.contains(kind) { kinds.append(kind) }
                places.append(kinds.firstIndex(of: kind)!)
            }
        }
        self.kinds = kinds
        self.places = places
    }

    var steps: Int { stepsDone(after: batches.count) }
    /// Steps that are complete after so many batches of the epoch.
    func stepsDone(after batches: Int) -> Int {
        batches == self.batches.count ? (batches + accumulated - 1) / accumulated : batches / accumulated
    }
    func endsStep(_ batch: Int) -> Bool { stepsDone(after: batch + 1) > stepsDone(after: batch) }
    /// Which of `kinds` a batch is.
    func plan(_ batch: Int) -> Int { places[batch] }
}
