/// A part of the suite, named on the command line.
public enum BenchmarkSuite: String, Sendable, CaseIterable {
    case limits, gemm, conv, ops, step, size, overhead

    /// What `--shapes` takes for it; nil where it takes none.
    public var shapeGrammar: String? {
        switch self {
        case .gemm: GemmShape.grammar
        case .conv: ConvolutionShape.grammar
        case .ops: "counts of elements, such as 1M,65536"
        case .step: "batch sizes, such as 64,128"
        case .limits, .size, .overhead: nil
        }
    }
}
