/// A data set cut into batches of one size and a smaller last one.
struct Batches: Sequence {
    struct Batch {
        let start: Int
        let count: Int
        /// Which of `sizes` it has.
        let plan: Int
    }
    let sizes: [Int]
    private let batches: [Batch]

    init(count: Int, size: Int, dropLast: Bool = false) {
        let size = Swift.min(size, count)
        let whole = size == 0 ? 0 : count / size
        let rest = count - whole * size
        var batches = (0..<whole).map { Batch(start: $0 * size, count: size, plan: 0) }
        if rest > 0, !dropLast {
            batches.append(Batch(start: whole * size, count: rest, plan: 1))
            sizes = [size, rest]
        } else {
            sizes = [size]
        }
        self.batches = batches
    }

    var count: Int { batches.count }
    var samples: Int { batches.reduce(0) { $0 + $1.count } }
    subscript(index: Int) -> Batch { batches[index] }
    func makeIterator() -> IndexingIterator<[Batch]> { batches.makeIterator() }
}
