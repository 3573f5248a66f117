import MartletBackend
import MartletCore
import MartletOps

/// Gives intermediate values places in workspaces so that values alive at the same time never overlap.
///
/// Values are placed in the order in which they come to life, each into the smallest gap that holds it. A workspace
/// grows up to the device's largest buffer; then the next one is begun.
struct MemoryPlanner {
    private struct Gap {
        var offset: Int
        var count: Int
    }
    private struct Workspace {
        var gaps: [Gap] = []
        var end = 0
    }

    private var workspaces: [Workspace] = []
    private let limit: Int

    /// - Parameter largestBuffer: in bytes.
    init(largestBuffer: Int) { limit = largestBuffer / 4 / ArenaLayout.alignment * ArenaLayout.alignment }

    /// Words of each workspace.
    var sizes: [Int] { workspaces.map(\.end) }

    mutating func allocate(_ type: TensorType) -> Slot {
        let count = ArenaLayout.aligned(max(1, type.elementCount))
        var best: (workspace: Int, gap: Int)?
        for workspace in workspaces.indices {
            for (index, gap) in workspaces[workspace].gaps.enumerated() where gap.count >= count {
                if let former = best, workspaces[former.workspace].gaps[former.gap].count <= gap.count { continue }
                best = (workspace, index)
            }
        }
        if let best {
            let offset = workspaces[best.workspace].gaps[best.gap].offset
            workspaces[best.workspace].gaps[best.gap].offset += count
            workspaces[best.workspace].gaps[best.gap].count -= count
            if workspaces[best.workspace].gaps[best.gap].count == 0 { workspaces[best.workspace].gaps.remove(at: best.gap) }
            return Slot(.workspace(best.workspace), offset: offset, type)
        }
        // Grow the last gap of a workspace, or the workspace itself; a value larger than the limit gets one to itself,
        // and the device says what it thinks of it.
        for workspace in workspaces.indices {
            let end = workspaces[workspace].end
            let trailing = workspaces[workspace].gaps.last.flatMap { $0.offset + $0.count == end ? $0 : nil }
            let offset = trailing?.offset ?? end
            guard offset + count <= limit else { continue }
            if trailing != nil { workspaces[workspace].gaps.removeLast() }
            workspaces[workspace].end = offset + count
            return Slot(.workspace(workspace), offset: offset, type)
        }
        workspaces.append(Workspace(end: count))
        return Slot(.workspace(workspaces.count - 1), offset: 0, type)
    }

    mutating func free(_ slot: Slot) {
        guard case .workspace(let workspace) = slot.region else { return }
        let count = ArenaLayout.aligned(max(1, slot.type.elementCount))
        var gaps = workspaces[workspace].gaps
        let place = gaps.firstIndex { $0.offset > slot.offset } ?? gaps.count
        gaps.insert(Gap(offset: slot.offset, count: count), at: place)
        if place + 1 < gaps.count, gaps[place].offset + gaps[place].count == gaps[place + 1].offset {
            gaps[place].count += gaps.remove(at: place + 1).count
        }
        if place > 0, gaps[place - 1].offset + gaps[place - 1].count == gaps[place].offset {
            gaps[place - 1].count += gaps.remove(at: place).count
        }
        workspaces[workspace].gaps = gaps
    }
}
