/// A message of Protocol Buffers that is written field by field (protobuf.dev/programming-guides/encoding).
struct ProtocolMessage {
    private(set) var bytes: [UInt8] = []

    private enum WireType: UInt64 { case varint = 0, fixed64 = 1, length = 2, fixed32 = 5 }

    mutating func add(_ field: UInt64, _ value: Double) {
        key(field, .fixed64)
        fixed(value.bitPattern)
    }
    mutating func add(_ field: UInt64, _ value: Float) {
        key(field, .fixed32)
        fixed(value.bitPattern)
    }
    mutating func add(_ field: UInt64, _ value: Int) {
        key(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }
    mutating func add(_ field: UInt64, _ text: String) { add(field, Array(text.utf8)) }
    mutating func add(_ field: UInt64, _ message: ProtocolMessage) { add(field, message.bytes) }
    mutating func add(_ field: UInt64, _ value: [UInt8]) {
        key(field, .length)
        varint(UInt64(value.count))
        bytes += value
    }
    /// Packed.
    mutating func add(_ field: UInt64, _ values: [Double]) {
        key(field, .length)
        varint(UInt64(8 * values.count))
        for value in values { fixed(value.bitPattern) }
    }

    private mutating func key(_ field: UInt64, _ type: WireType) { varint(field << 3 | type.rawValue) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func fixed<Bits: FixedWidthInteger>(_ value: Bits) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
