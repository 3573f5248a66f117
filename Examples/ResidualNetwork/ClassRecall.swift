import Martlet

/// The share of a class's samples that are found: two sums on the device, divided by the host.
struct ClassRecall: CustomMetric {
    let label: Int
    var name: String { "recall of \(label)" }
    let sumCount = 2

    init(of label: Int) { self.label = label }

    func values(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> [Value] {
        let type = graph.type(of: output)
        let encoded = try graph.apply(OneHot(classes: type.shape[1]), [targets])[0]
        let isClass = try graph.reduce(.sum, try graph.slice(encoded, axis: 1, label..<(label + 1)), axes: [1])
        let isRight = try graph.apply(TopClassMatch(), [output, targets])[0]
        return [try graph.apply(.multiply, isClass, isRight), isClass]
    }

    func result(_ sums: [Double], count: Int) -> Double { sums[0] / sums[1] }
}
