import MartletBackend
import MartletOpenCL
import Testing

@Suite struct ProgramCacheTests {
    @Test func theDirectoryFollowsTheEnvironment() {
        func directory(_ variables: [String: String]) -> String? { ProgramCache.usualDirectory { variables[$0] } }
        let home = ["HOME": "/home/m"]
        #expect(directory(home) == "/home/m/.cache/martlet")
        #expect(directory(home.merging(["XDG_CACHE_HOME": "/x"]) { $1 }) == "/x/martlet")
        #expect(directory(home.merging(["XDG_CACHE_HOME": ""]) { $1 }) == "/home/m/.cache/martlet")
        #expect(directory(home.merging(["XDG_CACHE_HOME": "/x", "MARTLET_CACHE_DIR": "/own"]) { $1 }) == "/own")
        #expect(directory(home.merging(["MARTLET_CACHE_DIR": ""]) { $1 }) == nil)
        #expect(directory([:]) == nil)
    }

    @Test func theKeyIsEverythingABinaryDependsOn() {
        var device = OpenCLDeviceInfo(index: 0, platformIndex: 0, deviceIndex: 0, name: "A", kinds: [.gpu])
        let key = ProgramCache.key(source: "s", options: "o", device: device)
        #expect(key.count == 64)
        #expect(key == ProgramCache.key(source: "s", options: "o", device: device))
        var keys: Set<String> = [
            key, ProgramCache.key(source: "so", options: "", device: device),
            ProgramCache.key(source: "", options: "so", device: device),
        ]
        device.name = "B"
        keys.insert(ProgramCache.key(source: "s", options: "o", device: device))
        device.driverVersion = "2"
        keys.insert(ProgramCache.key(source: "s", options: "o", device: device))
        device.platformVersion = "3"
        keys.insert(ProgramCache.key(source: "s", options: "o", device: device))
        #expect(keys.count == 6)
    }

    private static let source = "kernel void seven(global int* out) { out[0] = 7; }"

    /// Builds the program and runs it, and says where it came from.
    private func origin(_ cache: ProgramCache) throws -> OpenCLProgram.Origin {
        let context = try openTestDevice()
        let program = try OpenCLProgram(context, name: "seven.cl", source: Self.source, cache: cache)
        let out = try context.makeBuffer(byteCount: 4, purpose: "the result")
        try out.fill()
        try context.enqueue(OpenCLLaunch(try program.kernel("seven", [.buffer(out)]), global: NDRange(1)))
        #expect(try out.read(Int32.self, count: 1) == [7])
        program.saveBinary()
        return program.origin
    }

    @Test(withDevice) func aSecondBuildIsRead() throws {
        try withTemporaryDirectory { directory throws in
            let cache = ProgramCache(directory: directory)
            #expect(try origin(cache) == .source)
            #expect(try origin(cache) == .cache)
            #expect(try origin(.off) == .source)
        }
    }

    @Test(withDevice, arguments: ["cut", "changed", "empty", "foreign"]) func aBadEntryIsBuiltAgain(damage: String) throws {
        try withTemporaryDirectory { directory throws in
            let cache = ProgramCache(directory: directory)
            #expect(try origin(cache) == .source)
            let device = try #require(testDevice)
            let key = ProgramCache.key(source: Self.source, options: device.buildOptions, device: device)
            let path = try #require(cache.path(key))
            var bytes = try readFile(path)
            #expect(bytes.count > 200)
            switch damage {
            case "cut": bytes.removeLast(bytes.count / 2)
            case "changed": bytes[bytes.count - 10] ^= 1
            case "empty": bytes = []
            default: bytes = Array("something else altogether".utf8)
            }
            try writeFile(path, bytes)
            #expect(try origin(cache) == .source)
            #expect(try origin(cache) == .cache)
        }
    }

    /// A file with the right head and digest whose contents no driver knows.
    @Test(withDevice) func aBinaryThatTheDriverRefusesIsBuiltAgain() throws {
        try withTemporaryDirectory { directory throws in
            let cache = ProgramCache(directory: directory)
            let device = try #require(testDevice)
            let key = ProgramCache.key(source: Self.source, options: device.buildOptions, device: device)
            cache.store(Array("no binary at all".utf8), under: key)
            #expect(cache.load(key) == Array("no binary at all".utf8))
            #expect(try origin(cache) == .source)
        }
    }

    @Test(withDevice) func aDirectoryThatCannotBeWrittenIsNoError() throws {
        #expect(try origin(ProgramCache(directory: "/proc/nowhere")) == .source)
        #expect(try origin(ProgramCache(directory: "/dev/null")) == .source)
    }

    @Test func manyMayStoreAtOnce() async throws {
        try await withTemporaryDirectory { directory async throws in
            let cache = ProgramCache(directory: directory)
            let binary = [UInt8](repeating: 9, count: 100_000)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<20 {
                            cache.store(binary, under: "k")
                            #expect(cache.load("k") == binary)
                        }
                    }
                }
            }
        }
    }
}
