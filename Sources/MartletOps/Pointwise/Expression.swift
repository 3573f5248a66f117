/// A value computed element by element from operands, as a list of instructions in order; the last is the result.
///
/// An expression names functions of `Kernels/Shared`. OpenCL pastes it into a kernel, the CPU path runs it chunk by
/// chunk, the oracle evaluates its own formulas. Fusing expressions never changes a bit, for every intermediate is
/// rounded to float32 wherever it is kept.
public struct Expression: Hashable, Sendable {
    /// One value for each element.
    public enum Instruction: Hashable, Sendable {
        /// The element of an operand (broadcast to the result's shape).
        case operand(Int)
        /// The same number everywhere.
        case constant(Float)
        /// Random numbers that are a function of seed, step, stream and the element's row-major index:
        /// uniform in [0, 1), standard normal, and `scale` where the bits reach `threshold`, else 0.
        case uniform(stream: UInt32)
        /// A standard normal number: Box-Muller on words of Philox.
        case normal(stream: UInt32)
        /// `scale` where the random word reaches `threshold`, else 0: integers are compared.
        case dropout(stream: UInt32, threshold: UInt32, scale: Float)
        /// A function of earlier instructions.
        case apply(PointwiseFunction, [Int])
    }

    /// Each reads earlier ones by their place.
    public let instructions: [Instruction]

    /// The value of the last term: `Expression { e in e.apply(.add, e.operand(0), e.constant(1)) }`.
    public init(_ build: (inout ExpressionBuilder) -> Term) {
        var builder = ExpressionBuilder()
        let result = build(&builder)
        self = builder.expression(result)
    }
    fileprivate init(instructions: [Instruction]) { self.instructions = instructions }

    /// `function(operand 0, operand 1, …)`.
    public init(_ function: PointwiseFunction) {
        self.init { builder in builder.apply(function, (0..<function.arity).map { builder.operand($0) }) }
    }

    /// The operand itself.
    public static let identity = Expression { $0.operand(0) }

    /// One more than the highest operand that is read.
    public var operandCount: Int {
        instructions.reduce(0) { if case .operand(let index) = $1 { max($0, index + 1) } else { $0 } }
    }
    /// Function applications per element.
    public var operationCount: Int {
        instructions.reduce(0) { if case .apply = $1 { $0 + 1 } else { $0 } }
    }
    /// Whether its value depends on seed and step.
    public var isRandom: Bool {
        instructions.contains {
            switch $0 {
            case .uniform, .normal, .dropout: true
            case .operand, .constant, .apply: false
            }
        }
    }

    /// The gradient with respect to each operand, as an expression over (operands…, result, upstream) with unread
    /// operands dropped; `reads` gives the places in that list of the ones kept. Nil where no gradient flows.
    public func gradients(operandCount: Int) -> [(expression: Expression, reads: [Int])?] {
        var builder = ExpressionBuilder()
        var terms: [Term] = []
        for (index, instruction) in instructions.enumerated() {
            let isResult = index == instructions.count - 1 && operationCount > 0
            terms.append(isResult ? builder.operand(operandCount) : builder.copy(instruction, terms))
        }
        var adjoints = [Term?](repeating: nil, count: instructions.count)
        adjoints[instructions.count - 1] = builder.operand(operandCount + 1)
        var result = [Term?](repeating: nil, count: operandCount)
        for index in instructions.indices.reversed() {
            guard let upstream = adjoints[index] else { continue }
            switch instructions[index] {
            case .operand(let operand): result[operand] = upstream
            case .constant, .uniform, .normal, .dropout: break
            case .apply(let function, let arguments):
                let partials = function.gradient(&builder, arguments.map { terms[$0] }, terms[index], upstream)
                for (argument, partial) in zip(arguments, partials) {
                    guard let partial else { continue }
                    adjoints[argument] = adjoints[argument].map { builder.apply(.add, [$0, partial]) } ?? partial
                }
            }
        }
        return result.map { term in term.map { builder.expression($0).compacted() } }
    }

    /// The same expression with its operands renumbered 0, 1, … in order of their index, and their former numbers.
    public func compacted() -> (expression: Expression, reads: [Int]) {
        let reads = Set(instructions.compactMap { if case .operand(let index) = $0 { index } else { nil } }).sorted()
        let place = Dictionary(uniqueKeysWithValues: reads.enumerated().map { ($1, $0) })
        let renumbered = instructions.map { instruction in
            if case .operand(let index) = instruction { Instruction.operand(place[index]!) } else { instruction }
        }
        return (Expression(instructions: renumbered), reads)
    }
}

/// A place in an expression under construction.
public struct Term: Hashable, Sendable {
    let index: Int
}

/// Builds expressions; equal instructions are built once.
public struct ExpressionBuilder {
    private var instructions: [Expression.Instruction] = []
    private var places: [Expression.Instruction: Int] = [:]

    /// An expression without instructions.
    public init() {}

    /// - Precondition: a place from 0.
    public mutating func operand(_ index: Int) -> Term { add(.operand(index)) }
    /// The same number everywhere.
    public mutating func constant(_ value: Float) -> Term { add(.constant(value)) }
    /// A uniform number in [0, 1) of the element's own: `(word >> 8) 2^-24`.
    public mutating func uniform(stream: UInt32) -> Term { add(.uniform(stream: stream)) }
    /// A standard normal number of the element's own.
    public mutating func normal(stream: UInt32) -> Term { add(.normal(stream: stream)) }
    /// 0 with the probability `threshold` / 2^32, else `scale`.
    public mutating func dropout(stream: UInt32, threshold: UInt32, scale: Float) -> Term {
        add(.dropout(stream: stream, threshold: threshold, scale: scale))
    }
    /// - Precondition: as many arguments as the function takes.
    public mutating func apply(_ function: PointwiseFunction, _ arguments: [Term]) -> Term {
        precondition(arguments.count == function.arity, "\(function.name) takes \(function.arity) arguments")
        return add(.apply(function, arguments.map(\.index)))
    }
    /// A function of earlier terms.
    /// - Precondition: as many arguments as the function takes.
    public mutating func apply(_ function: PointwiseFunction, _ arguments: Term...) -> Term { apply(function, arguments) }

    /// Puts a whole expression here, its operands replaced by terms.
    public mutating func inline(_ expression: Expression, _ operands: [Term]) -> Term {
        var terms: [Term] = []
        for instruction in expression.instructions {
            if case .operand(let index) = instruction {
                terms.append(operands[index])
            } else {
                terms.append(copy(instruction, terms))
            }
        }
        return terms[terms.count - 1]
    }

    mutating func copy(_ instruction: Expression.Instruction, _ terms: [Term]) -> Term {
        if case .apply(let function, let arguments) = instruction {
            return apply(function, arguments.map { terms[$0] })
        }
        return add(instruction)
    }

    /// The expression that ends in `result`, without what it does not need.
    public func expression(_ result: Term) -> Expression {
        var needed = Set([result.index])
        for index in instructions.indices.reversed() where needed.contains(index) {
            if case .apply(_, let arguments) = instructions[index] { needed.formUnion(arguments) }
        }
        let kept = instructions.indices.filter { needed.contains($0) && $0 <= result.index }
        let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        return Expression(instructions: kept.map { index in
            if case .apply(let function, let arguments) = instructions[index] {
                return .apply(function, arguments.map { place[$0]! })
            }
            return instructions[index]
        })
    }

    private mutating func add(_ instruction: Expression.Instruction) -> Term {
        if let place = places[instruction] { return Term(index: place) }
        instructions.append(instruction)
        places[instruction] = instructions.count - 1
        return Term(index: instructions.count - 1)
    }
}

extension Expression: CustomStringConvertible {
    /// `add(multiply($0, 2.0), $1)`.
    public var description: String {
        var texts: [String] = []
        for instruction in instructions {
            switch instruction {
            case .operand(let index): texts.append("$\(index)")
            case .constant(let value): texts.append("\(value)")
            case .uniform(let stream): texts.append("uniform(\(stream))")
            case .normal(let stream): texts.append("normal(\(stream))")
            case .dropout(let stream, _, let scale): texts.append("dropout(\(stream), \(scale))")
            case .apply(let function, let arguments):
                texts.append("\(function.name)(\(arguments.map { texts[$0] }.joined(separator: ", ")))")
            }
        }
        return texts.last ?? ""
    }
}
