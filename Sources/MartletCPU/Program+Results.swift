import MartletBackend
import MartletOps

extension Program {
    /// The same launches, with an intermediate value that is turned into a result, element by element, computed in the
    /// result's place: one array less goes through the caches.
    func computedInResults() -> Program {
        var program = self
        for last in launches.indices { program.computeInResult(of: last) }
        return program
    }

    private mutating func computeInResult(of last: Int) {
        let launch = launches[last]
        guard launch.operation is Pointwise, launch.results.count == 1, launch.results[0].isResult else { return }
        let result = launch.results[0]
        for value in launch.operands where value.isIntermediate && value.type == result.type {
            guard let first = launches[..<last].lastIndex(where: { $0.results.contains { $0.overlaps(value) } }),
                launches[first].operation is Pointwise, launches[first].results[0].isSameMemory(as: value),
                launches[first...last].allSatisfy({ launch in
                    !launch.operands.contains { $0.overlaps(result) }
                        && launch.operands.allSatisfy { !$0.overlaps(value) || $0.isSameMemory(as: value) }
                }),
                launches[first..<last].allSatisfy({ !$0.results.contains { $0.overlaps(result) } }),
                launch.operands.allSatisfy({ !$0.overlaps(value) || $0.type == result.type }),
                launches[(last + 1)...].allSatisfy({ !($0.operands + $0.results).contains { $0.overlaps(value) } })
            else { continue }
            launches[first].results[0].move(to: result)
            for reader in (first + 1)...last {
                for index in launches[reader].operands.indices where launches[reader].operands[index].overlaps(value) {
                    launches[reader].operands[index].move(to: result)
                }
            }
            return
        }
    }
}

extension Slot {
    fileprivate var isResult: Bool {
        switch region {
        case .outputs, .result: true
        default: false
        }
    }

    /// Whether nobody looks at it after the last launch.
    fileprivate var isIntermediate: Bool {
        if case .workspace = region { true } else { false }
    }

    fileprivate func overlaps(_ other: Slot) -> Bool {
        region == other.region && offset < other.offset + other.type.elementCount && other.offset < offset + type.elementCount
    }

    fileprivate func isSameMemory(as other: Slot) -> Bool {
        region == other.region && offset == other.offset && type.elementCount == other.type.elementCount
    }

    fileprivate mutating func move(to other: Slot) { (region, offset) = (other.region, other.offset) }
}
