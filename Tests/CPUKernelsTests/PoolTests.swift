import CMartletCPU
import Synchronization
import Testing

/// Counts how often each task ran.
private final class Counter: Sendable {
    let hits: [Slot]
    final class Slot: Sendable { let count = Atomic(0) }
    init(_ tasks: Int) { hits = (0..<tasks).map { _ in Slot() } }
}

private func run(_ pool: OpaquePointer, _ counter: Counter) {
    let task: @convention(c) (UnsafeMutableRawPointer?, Int, Int32) -> Void = { context, index, _ in
        let counter = Unmanaged<Counter>.fromOpaque(context!).takeUnretainedValue()
        counter.hits[index].count.add(1, ordering: .relaxed)
    }
    martlet_pool_run(pool, task, Unmanaged.passUnretained(counter).toOpaque(), counter.hits.count)
}

@Suite struct PoolTests {
    @Test func eachTaskRunsOnce() {
        for threads: Int32 in [1, 2, 3, 7] {
            let pool = martlet_pool_create(threads)!
            defer { martlet_pool_destroy(pool) }
            #expect(martlet_pool_threads(pool) == threads)
            for tasks in [0, 1, 2, 3, 100] {
                for _ in 0..<50 {
                    let counter = Counter(tasks)
                    run(pool, counter)
                    #expect(counter.hits.allSatisfy { $0.count.load(ordering: .relaxed) == 1 })
                }
            }
        }
    }

    @Test func sleepingWorkersWake() async throws {
        let pool = martlet_pool_create(2)!
        defer { martlet_pool_destroy(pool) }
        for _ in 0..<5 {
            try await Task.sleep(for: .milliseconds(3))
            let counter = Counter(20)
            run(pool, counter)
            #expect(counter.hits.allSatisfy { $0.count.load(ordering: .relaxed) == 1 })
        }
    }

    /// Two callers of one pool queue; two pools do not meet.
    @Test(arguments: [false, true]) func callersAtOnce(shared: Bool) async {
        nonisolated(unsafe) let first = martlet_pool_create(2)!
        nonisolated(unsafe) let second = shared ? first : martlet_pool_create(2)!
        defer {
            martlet_pool_destroy(first)
            if !shared { martlet_pool_destroy(second) }
        }
        await withTaskGroup(of: Bool.self) { group in
            for half in 0..<2 {
                group.addTask {
                    (0..<200).allSatisfy { _ in
                        let counter = Counter(10)
                        run(half == 0 ? first : second, counter)
                        return counter.hits.allSatisfy { $0.count.load(ordering: .relaxed) == 1 }
                    }
                }
            }
            for await fine in group { #expect(fine) }
        }
    }
}
