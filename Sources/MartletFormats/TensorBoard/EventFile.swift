/// TensorBoard's event files: records of `Event` messages (tensorflow/core/util/event.proto, framework/summary.proto), each
/// with the checksums of its length and of itself.
public enum EventFile {
    /// One value under a tag, such as `loss/train`.
    public enum Value: Sendable {
        case scalar(Double)
        case histogram(low: Double, high: Double, counts: [Double], mean: Double, deviation: Double)
        case image(ByteImage)
    }

    /// What a file begins with.
    public static func header(time: Double) -> [UInt8] {
        var event = ProtocolMessage()
        event.add(1, time)
        event.add(3, "brain.Event:2")
        return record(event.bytes)
    }

    /// Values of one step; `time` is in seconds since 1970.
    public static func record(time: Double, step: Int, _ values: [(tag: String, value: Value)]) -> [UInt8] {
        var summary = ProtocolMessage()
        for (tag, value) in values {
            var entry = ProtocolMessage()
            entry.add(1, tag)
            switch value {
            case .scalar(let number): entry.add(2, Float(number))
            case .image(let image): entry.add(4, message(image))
            case .histogram(let low, let high, let counts, let mean, let deviation):
                entry.add(5, histogram(low, high, counts, mean, deviation))
            }
            summary.add(1, entry)
        }
        var event = ProtocolMessage()
        event.add(1, time)
        event.add(2, step)
        event.add(5, summary)
        return record(event.bytes)
    }

    /// A name that TensorBoard finds.
    public static func name(time: Double) -> String { "events.out.tfevents.\(Int(time)).martlet" }

    private static func message(_ image: ByteImage) -> ProtocolMessage {
        var message = ProtocolMessage()
        message.add(1, image.height)
        message.add(2, image.width)
        message.add(3, image.channels)
        message.add(4, PNG.encode(image))
        return message
    }

    private static func histogram(
        _ low: Double, _ high: Double, _ counts: [Double], _ mean: Double, _ deviation: Double
    ) -> ProtocolMessage {
        let total = counts.reduce(0, +)
        var message = ProtocolMessage()
        message.add(1, low)
        message.add(2, high)
        message.add(3, total)
        message.add(4, mean * total)
        message.add(5, (deviation * deviation + mean * mean) * total)
        // The upper limit of each bin; limits grow even where all values are one.
        let width = high > low ? (high - low) / Double(counts.count) : 1e-12 * Swift.max(1, low.magnitude)
        message.add(6, counts.indices.map { low + width * Double($0 + 1) })
        message.add(7, counts)
        return message
    }

    /// Length, its checksum, the bytes, their checksum.
    private static func record(_ bytes: [UInt8]) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) }
        func sum(_ bytes: [UInt8]) -> [UInt8] { withUnsafeBytes(of: CRC32C.masked(bytes).littleEndian) { Array($0) } }
        return length + sum(length) + bytes + sum(bytes)
    }
}
