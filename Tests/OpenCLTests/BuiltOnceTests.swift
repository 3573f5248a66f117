import Foundation
import MartletOpenCL
import Synchronization
import Testing

@Suite struct BuiltOnceTests {
    private struct Refusal: Error, Equatable { let key: Int }
    private typealias Table = BuiltOnce<Int, Int, Refusal>

    @Test func whatManyAskForIsBuiltOnce() {
        let (table, builds) = (Table(inParallel: true), Builds())
        onThreads(8) { _ in
            #expect(throws: Never.self) { try table.values([7]) { builds.run($0) } == [70] }
        }
        #expect(builds.keys == [7])
    }

    @Test func threadsBuildDifferentOnesAtTheSameTime() {
        let (table, builds) = (Table(inParallel: false), Builds(waitingFor: 4))
        onThreads(4) { key in
            #expect(throws: Never.self) { try table.values([key]) { builds.run($0) } == [10 * key] }
        }
        #expect(builds.mostAtOnce == 4)
        #expect(builds.keys.sorted() == [0, 1, 2, 3])
    }

    @Test func oneCallBuildsOnSeveralProcessors() throws {
        let processors = min(2, ProcessInfo.processInfo.activeProcessorCount)
        let (table, builds) = (Table(inParallel: true), Builds(waitingFor: processors))
        #expect(try table.values(Array(0..<8)) { builds.run($0) } == (0..<8).map { 10 * $0 })
        #expect(builds.mostAtOnce >= processors)
        #expect(builds.keys.sorted() == Array(0..<8))
    }

    @Test func oneByOneWhereTheDriverWantsThat() throws {
        let (table, builds) = (Table(inParallel: false), Builds())
        #expect(try table.values([3, 1, 3, 2]) { builds.run($0) } == [30, 10, 30, 20])
        #expect(try table.values([2, 4]) { builds.run($0) } == [20, 40])
        #expect(builds.mostAtOnce == 1)
        #expect(builds.keys == [3, 1, 2, 4])
    }

    @Test(arguments: [true, false]) func theFirstFailureIsReportedAndTheOthersAreUsable(inParallel: Bool) throws {
        let (table, builds) = (Table(inParallel: inParallel), Builds())
        let refused = Mutex<Set<Int>>([3, 5])
        let build: @Sendable (Int) throws(Refusal) -> Int = { key throws(Refusal) in
            let value = builds.run(key)
            if refused.withLock({ $0.contains(key) }) { throw Refusal(key: key) }
            return value
        }
        #expect(throws: Refusal(key: 3)) { try table.values([1, 3, 2, 5, 4], build: build) }
        #expect(builds.keys.sorted() == [1, 2, 3, 4, 5])
        #expect(try table.values([4, 2, 1], build: build) == [40, 20, 10])
        #expect(builds.keys.count == 5)
        // What failed is tried again.
        refused.withLock { $0 = [] }
        #expect(try table.values([5, 3], build: build) == [50, 30])
        #expect(builds.keys.count == 7)
    }

    @Test func nothingIsNothing() throws {
        #expect(try Table(inParallel: true).values([]) { $0 } == [])
    }

    @Test func driversThatDoNotStandItBuildOneByOne() {
        var device = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "A", kinds: [.gpu])
        for (platform, expected) in [
            ("NVIDIA CUDA", true), ("Intel(R) OpenCL", true), ("Portable Computing Language", false), ("Oclgrind", false),
        ] {
            device.platformName = platform
            #expect(device.buildsInParallel == expected, "\(platform)")
        }
    }
}

/// A builder that counts, and whose builds wait until so many have run at the same time.
private final class Builds: Sendable {
    private struct State {
        var (inFlight, mostAtOnce) = (0, 0)
        var keys: [Int] = []
    }
    private let state = Mutex(State())
    private let awaited: Int

    init(waitingFor awaited: Int = 1) { self.awaited = awaited }

    /// In the order in which they were begun.
    var keys: [Int] { state.withLock { $0.keys } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func run(_ key: Int) -> Int {
        state.withLock { state in
            state.keys.append(key)
            state.inFlight += 1
            state.mostAtOnce = max(state.mostAtOnce, state.inFlight)
        }
        // For ten seconds at most: where builds go one by one, the count tells.
        for _ in 0..<10_000 where mostAtOnce < awaited { usleep(1000) }
        state.withLock { $0.inFlight -= 1 }
        return 10 * key
    }
}

/// Runs a body on threads of its own, which may block, and waits for all.
private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        Thread {
            body(index)
            group.leave()
        }.start()
    }
    group.wait()
}
