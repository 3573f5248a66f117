import MartletBackend
import MartletOpenCL
import MartletOps
import MartletTraining

/// A task that is to be tuned, and how much of the time it is worth.
public struct TuningWish: Sendable {
    package let task: any TunedTask
    /// Launches in a step.
    public var count = 1

    package init(_ task: any TunedTask, count: Int = 1) { (self.task, self.count) = (task, count) }

    public var name: String { task.name }
    public var flops: Int { task.flops }

    /// Small launches take longer than their arithmetic says: each as long as a megaflop more.
    var weight: Double { (Double(flops + (1 << 20)) * Double(task.repetitions * count)).squareRoot() }

    public static let grammar = "\(GemmShape.grammar); or of a convolution \(ConvolutionShape.grammar)"

    /// Products and convolutions with commas between them.
    /// - Throws: `badOption` for a word that is no shape.
    public static func parse(_ text: String) throws(TrainingError) -> [TuningWish] {
        var wishes: [TuningWish] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            // Of numbers with an x between, a convolution has four.
            if word.prefix(while: { $0 != ":" }).split(separator: "x", omittingEmptySubsequences: false).count == 4 {
                wishes += try ConvolutionShape.parse(String(word)).flatMap(of)
            } else {
                wishes += try GemmShape.parse(String(word)).map(of)
            }
        }
        return unique(wishes)
    }

    /// Squares, and what training small networks is made of.
    public static var usual: [TuningWish] {
        // Larger ones take seconds by themselves, and have the tiles of the largest here.
        unique(GemmShape.usual.filter { $0.rows * $0.columns * $0.inner <= 1 << 33 }.map(of) + ConvolutionShape.usual.flatMap(of))
            + [TuningWish(ReplayTask(launches: 24))]
    }

    /// What a program launches, each once, and the enqueueing of it all.
    public static func all(in program: Program) -> [TuningWish] {
        let replay = program.launches.isEmpty ? [] : [TuningWish(ReplayTask(launches: program.launches.count))]
        return unique(program.launches.compactMap { launch in TunedTasks.of(launch).map { TuningWish($0) } }) + replay
    }

    private static func of(_ shape: GemmShape) -> TuningWish {
        TuningWish(MatmulTask(
            rows: shape.rows, columns: shape.columns, inner: shape.inner, transposeA: shape.transposeA, transposeB: shape.transposeB))
    }
    private static func of(_ shape: ConvolutionShape) -> [TuningWish] {
        ConvolutionTask.Kind.allCases.map { kind in
            let task = ConvolutionTask(kind, shape.extents)
            let results = ((try? task.operation.resultTypes(task.operands)) ?? []).map { Slot(.external(0), $0) }
            // A kernel of 1x1 is launched as a product.
            let launch = Launch(task.operation, task.operands.map { Slot(.external(0), $0) }, results, label: "")
            return TuningWish(TunedTasks.of(launch) ?? task)
        }
    }

    private static func unique(_ wishes: [TuningWish]) -> [TuningWish] {
        var found: [TuningWish] = []
        for wish in wishes where wish.flops > 0 {
            if let place = found.firstIndex(where: { $0.name == wish.name }) {
                found[place].count += wish.count
            } else {
                found.append(wish)
            }
        }
        return found
    }
}
