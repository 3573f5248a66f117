/// One operation that the probe runs: as OpenCL C over `a`, `b`, `c`, and as IEEE 754 has it.
struct ProbeOperation: Sendable {
    let name: String
    let expression: String
    let expected: @Sendable (Float, Float, Float) -> Float

    static let all: [ProbeOperation] = [
        ProbeOperation(name: "addition", expression: "a + b") { a, b, _ in a + b },
        ProbeOperation(name: "multiplication", expression: "a * b") { a, b, _ in a * b },
        ProbeOperation(name: "fma (one rounding)", expression: "fma(a, b, c)") { a, b, c in c.addingProduct(a, b) },
        // Contraction would make one rounding of these two.
        ProbeOperation(name: "a * b + c (two roundings)", expression: "a * b + c") { a, b, c in (a * b) + c },
        ProbeOperation(name: "c - a * b (two roundings)", expression: "c - a * b") { a, b, c in c - (a * b) },
        ProbeOperation(name: "division", expression: "a / b") { a, b, _ in a / b },
        ProbeOperation(name: "square root", expression: "sqrt(fabs(a))") { a, _, _ in a.magnitude.squareRoot() },
        // A reciprocal square root would be one operation with an error of its own.
        ProbeOperation(name: "1 / square root", expression: "1.0f / sqrt(fabs(a))") { a, _, _ in
            1 / a.magnitude.squareRoot()
        },
    ]
}
