internal import CMartletCPU
import MartletOps

extension Expression {
    /// The instructions of the chunk interpreter: a function that only one other takes in is one with it, where the kernels
    /// have a loop for the pair.
    func lowered(_ kernels: OpaquePointer) -> [martlet_instruction] {
        let pairs = pairs(kernels)
        let taken = Set(pairs.values.map(\.first))
        var places: [Int] = []
        var result: [martlet_instruction] = []
        for (index, instruction) in instructions.enumerated() {
            places.append(result.count)
            if taken.contains(index) { continue }
            var raw = instruction.lowered(kernels)
            var sources = instruction.sources
            if let pair = pairs[index] { (raw.loop, sources) = (pair.loop, pair.sources) }
            let padded = sources.map { Int32(places[$0]) } + [-1, -1, -1]
            raw.sources = (padded[0], padded[1], padded[2])
            result.append(raw)
        }
        return result
    }

    private struct Pair {
        let first: Int
        let sources: [Int]
        let loop: martlet_pointwise_loop
    }

    /// By the place of the second function.
    private func pairs(_ kernels: OpaquePointer) -> [Int: Pair] {
        var uses = [Int](repeating: 0, count: instructions.count)
        for instruction in instructions { for source in instruction.sources { uses[source] += 1 } }
        var pairs: [Int: Pair] = [:]
        for (index, instruction) in instructions.enumerated() {
            guard case .apply(let second, let arguments) = instruction, second.code == nil, let first = arguments.first,
                case .apply(let function, let sources) = instructions[first], function.code == nil, uses[first] == 1, pairs[first] == nil
            else { continue }
            var arity: Int32 = 0
            let all = sources + arguments.dropFirst()
            guard let loop = martlet_cpu_pointwise(kernels, "\(function.name) \(second.name)", &arity), Int(arity) == all.count else { continue }
            pairs[index] = Pair(first: first, sources: all, loop: loop)
        }
        return pairs
    }
}

extension Expression.Instruction {
    fileprivate var sources: [Int] { if case .apply(_, let arguments) = self { arguments } else { [] } }

    /// Without its sources.
    fileprivate func lowered(_ kernels: OpaquePointer) -> martlet_instruction {
        var result = martlet_instruction()
        switch self {
        case .operand(let index):
            result.kind = MARTLET_LOAD
            result.operand = Int32(index)
        case .constant(let value):
            result.kind = MARTLET_CONSTANT
            result.value = value
        case .uniform(let stream):
            result.kind = MARTLET_UNIFORM
            result.stream = stream
        case .normal(let stream):
            result.kind = MARTLET_NORMAL
            result.stream = stream
        case .dropout(let stream, let threshold, let scale):
            result.kind = MARTLET_DROPOUT
            result.stream = stream
            result.threshold = threshold
            result.value = scale
        case .apply(let function, _):
            var arity: Int32 = 0
            result.kind = MARTLET_APPLY
            if let code = function.code {
                result.loop = code.loop
            } else {
                guard let loop = martlet_cpu_pointwise(kernels, function.name, &arity), Int(arity) == function.arity else {
                    preconditionFailure("Kernels/Shared has no function '\(function.name)' of \(function.arity) arguments")
                }
                result.loop = loop
            }
        }
        return result
    }
}
