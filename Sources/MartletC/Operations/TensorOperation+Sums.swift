import Martlet

extension TensorOperation {
    static let products: [TensorOperation] = [
        one(
            "matmul", "a, b -> the product of matrices, or of arrays of matrices whose leading axes broadcast", 2...2,
            [.flag("transposeA"), .flag("transposeB")], rows: ["matmul"]
        ) { x in
            try x[0].matmul(x[1], transposeA: x.attributes.flag("transposeA"), transposeB: x.attributes.flag("transposeB"))
        }
    ]

    static let reductions: [TensorOperation] = [
        reduction("sum", "the sum") { try $0.sum(axes: $1, keepsAxes: $2) },
        reduction("mean", "the mean") { try $0.mean(axes: $1, keepsAxes: $2) },
        reduction("max", "the maximum") { try $0.max(axes: $1, keepsAxes: $2) },
        reduction("min", "the minimum") { try $0.min(axes: $1, keepsAxes: $2) },
        reduction("variance", "the mean of the squared distances from the mean") { try $0.variance(axes: $1, keepsAxes: $2) },
        one("argmax", "x -> where the first maximum stands along an axis; int32", 1...1, [.integer("axis", -1), .flag("keepsAxis")], rows: ["argmax"]) { x in
            try x[0].argmax(axis: x.attributes.integer("axis"), keepsAxis: x.attributes.flag("keepsAxis"))
        },
        one("softmax", "x -> e^x over its sum along an axis", 1...1, [.integer("axis", -1)], rows: ["softmax"]) { x in
            try x[0].softmax(axis: x.attributes.integer("axis"))
        },
        one("log_softmax", "x -> the logarithm of softmax", 1...1, [.integer("axis", -1)], rows: ["softmax"]) { x in
            try x[0].logSoftmax(axis: x.attributes.integer("axis"))
        },
    ]

    private static func reduction(
        _ name: String, _ what: String, _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
    ) -> TensorOperation {
        one(name, "x -> \(what) over axes (all of them by default)", 1...1, [.optionalIntegers("axes"), .flag("keepsAxes")], rows: ["reduce"]) { x in
            try body(x[0], x.attributes.optionalIntegers("axes"), x.attributes.flag("keepsAxes"))
        }
    }
}
