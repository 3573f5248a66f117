import MartletBackend
import MartletOpenCL
import Testing

@Suite(withDevice) struct BufferTests {
    @Test func whatIsWrittenIsRead() throws {
        let context = try openTestDevice()
        let buffer = try context.makeBuffer(byteCount: 40, purpose: "a test")
        try buffer.write([Float](repeating: 1, count: 10))
        try buffer.write([2, 3] as [Float], at: 8)
        #expect(try buffer.read(Float.self, count: 10) == [1, 1, 2, 3, 1, 1, 1, 1, 1, 1])
        #expect(try buffer.read(Float.self, count: 2, at: 12) == [3, 1])
    }

    @Test func aRangeIsFilledWithAPattern() throws {
        let context = try openTestDevice()
        let buffer = try context.makeBuffer(byteCount: 16, purpose: "a test")
        try buffer.fill()
        try buffer.fill([1, 2], at: 4, byteCount: 4)
        #expect(try buffer.read(UInt8.self, count: 16) == [0, 0, 0, 0, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func buffersAreCopied() throws {
        let context = try openTestDevice()
        let source = try context.makeBuffer(byteCount: 16, purpose: "a source")
        let target = try context.makeBuffer(byteCount: 16, purpose: "a target")
        try source.write([1, 2, 3, 4] as [Int32])
        try target.fill()
        try target.copy(from: source, at: 4, to: 8, byteCount: 8)
        #expect(try target.read(Int32.self, count: 4) == [0, 0, 2, 3])
    }

    @Test func transfersNeedNotWait() throws {
        let context = try openTestDevice()
        let buffer = try context.makeBuffer(byteCount: 16, purpose: "a test")
        let sent: [Int32] = [5, 6, 7, 8]
        var received: [Int32] = [0, 0, 0, 0]
        let before = OpenCLCounts.thisThread
        try sent.withUnsafeBytes { sent in
            try received.withUnsafeMutableBytes { received in
                let write = try #require(try buffer.enqueueWrite(sent))
                let read = try #require(try buffer.enqueueRead(into: received))
                #expect((OpenCLCounts.thisThread - before).blocking == 0)
                try read.wait()
                #expect(try write.isDone)
            }
        }
        #expect(received == sent)
    }

    @Test func nothingIsABufferToo() throws {
        let context = try openTestDevice()
        let buffer = try context.makeBuffer(byteCount: 0, purpose: "nothing")
        #expect(buffer.byteCount == 0)
        try buffer.write([] as [Float])
        try buffer.fill()
        #expect(try buffer.read(Float.self, count: 0) == [])
    }

    @Test func whatTheDeviceCannotHoldIsSaidToBeTooMuch() throws {
        let context = try openTestDevice()
        let limit = min(context.device.largestAllocation, context.device.globalMemory)
        #expect(throws: DeviceError.outOfMemory(purpose: "the weights", bytes: limit + 1, limit: limit)) {
            try context.makeBuffer(byteCount: limit + 1, purpose: "the weights")
        }
        // What was refused is not counted as used.
        _ = try context.makeBuffer(byteCount: 1024, purpose: "a little")
    }
}
