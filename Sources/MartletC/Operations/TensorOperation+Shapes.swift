import Martlet

extension TensorOperation {
    static let shapes: [TensorOperation] = [
        one("reshape", "x -> the same elements under another shape", 1...1, [.integers("shape")]) { x in
            try x[0].reshape(x.attributes.shape("shape"))
        },
        one(
            "transpose", "x -> axis i of the result is axis permutation[i]; by default the last two change places", 1...1,
            [.optionalIntegers("permutation")], rows: ["copy"]
        ) { x in try x[0].transpose(x.attributes.optionalIntegers("permutation")) },
        one(
            "slice", "x -> along each of the leading axes the elements from start up to end, every step-th (1 by default)", 1...1,
            [.integers("starts"), .integers("ends"), .optionalIntegers("steps")], rows: ["copy"]
        ) { x in
            let (starts, ends) = (x.attributes.integers("starts"), x.attributes.integers("ends"))
            guard starts.count == ends.count, starts.count <= x[0].rank else {
                throw CallError.expected(
                    "as many starts as ends, at most \(x[0].rank)", found: "\(starts.count) and \(ends.count)", of: "slice")
            }
            return try x[0].slice(
                try zip(starts, ends).map { try x.attributes.range($0, $1, of: "slice") }, steps: x.attributes.optionalIntegers("steps"))
        },
        one("reverse", "x -> the elements in reverse order along axes", 1...1, [.integers("axes")], rows: ["copy"]) { x in
            try x[0].reverse(axes: x.attributes.integers("axes"))
        },
        one(
            "pad", "x -> a border of a value, so many elements before and after along each axis", 1...1,
            [.integers("before"), .integers("after"), .number("value", 0)], rows: ["copy"]
        ) { x in
            try x[0].pad(
                before: x.attributes.integers("before"), after: x.attributes.integers("after"), with: x.attributes.number("value"))
        },
        one("broadcast", "x -> repeated along axes of one element and new leading axes", 1...1, [.integers("shape")], rows: ["pointwise"]) { x in
            try x[0].broadcast(to: x.attributes.shape("shape"))
        },
        one("concat", "tensors one after the other along an axis", 1...operandLimit, [.integer("axis", 0)], rows: ["copy"]) { x in
            try Tensor.concat(x.operands, axis: x.attributes.integer("axis"))
        },
        one("stack", "tensors of one shape along a new axis", 1...operandLimit, [.integer("axis", 0)], rows: ["copy"]) { x in
            try Tensor.stack(x.operands, axis: x.attributes.integer("axis"))
        },
    ]

    static let indexing: [TensorOperation] = [
        one(
            "gather", "table, rows (int32) -> these rows; bytes are divided by the divisor; a row outside gives NaN, or 0", 2...2,
            [.number("divisor", 1)], rows: ["gather"]
        ) { x in try x[0].gather(x[1], divisor: x.attributes.number("divisor")) },
        one(
            "embedding", "table, indices (int32) of any shape -> rows of the table", 2...2, [.optionalInteger("paddingIndex")],
            rows: ["gather"]
        ) { x in try x[0].embedding(x[1], paddingIndex: x.attributes.optionalInteger("paddingIndex")) },
        one("one_hot", "labels (int32) -> rows of zeros with a 1 at the label", 1...1, [.integer("classes")], rows: ["one_hot"]) { x in
            try x[0].oneHot(classes: x.attributes.integer("classes"))
        },
    ]
}
