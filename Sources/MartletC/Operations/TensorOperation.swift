import Martlet

/// An operation as it is called by name: a row of the table of operations, or a method of tensors made of some.
struct TensorOperation: Sendable {
    /// What an operation gets.
    struct Request {
        let operands: [Tensor]
        let attributes: Attributes
        /// Of the operands, or the one named in the call.
        let device: ComputeDevice

        subscript(_ index: Int) -> Tensor { operands[index] }
    }

    let name: String
    let summary: String
    /// How many operands it takes.
    let operands: ClosedRange<Int>
    let results: Int
    let attributes: [Attribute]
    /// The names of the rows of `everyOperation` and `everyComposite` that it makes available.
    let rows: [String]
    let body: @Sendable (Request) throws -> [Tensor]

    init(
        _ name: String, _ summary: String, _ operands: ClosedRange<Int>, results: Int = 1, _ attributes: [Attribute] = [],
        rows: [String] = [], _ body: @escaping @Sendable (Request) throws -> [Tensor]
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.results = results
        self.attributes = attributes
        self.rows = rows
        self.body = body
    }

    /// One with one result.
    static func one(
        _ name: String, _ summary: String, _ operands: ClosedRange<Int>, _ attributes: [Attribute] = [], rows: [String] = [],
        _ body: @escaping @Sendable (Request) throws -> Tensor
    ) -> TensorOperation {
        TensorOperation(name, summary, operands, attributes, rows: rows) { [try body($0)] }
    }

    /// Every one, in the order of the documentation.
    static let all: [TensorOperation] = functions + activations + products + reductions + shapes + indexing + images
        + normalisations + losses + sources

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static func named(_ name: String) throws(CallError) -> TensorOperation {
        guard let operation = byName[name] else {
            throw .usage(unknownName("operation", name, known: all.map(\.name)))
        }
        return operation
    }

    var json: JSONValue {
        [
            "name": .string(name), "summary": .string(summary),
            "operands": [.integer(operands.lowerBound), operands.upperBound == operandLimit ? .null : .integer(operands.upperBound)],
            "results": .integer(results), "attributes": .array(attributes.map(\.json)), "table": .array(rows.map { .string($0) }),
        ]
    }

    /// Checks what the table of operations cannot see, and records the operation.
    func apply(_ operands: [Tensor], _ attributes: String, on device: ComputeDevice?) throws -> [Tensor] {
        guard self.operands.contains(operands.count) else {
            let (low, high) = (self.operands.lowerBound, self.operands.upperBound)
            throw CallError.expected(
                low == high ? "\(low) operands" : high == operandLimit ? "at least \(low) operands" : "\(low) to \(high) operands",
                found: "\(operands.count)", of: name)
        }
        guard let device = device ?? operands.first?.device else {
            throw CallError.expected("a device, for there are no operands", found: "NULL", of: name)
        }
        for operand in operands where operand.device !== device {
            throw ComputeError.differentDevices(operation: name, first: device.name, second: operand.device.name)
        }
        let attributes = try Attributes(attributes, of: name, known: self.attributes)
        return try body(Request(operands: operands, attributes: attributes, device: device))
    }
}
