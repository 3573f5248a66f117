import CZlib
import Testing

/// One gzip member.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let room = output.count
    return input.withUnsafeMutableBufferPointer { source in
        let made = output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(room)
            #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            return room - Int(stream.avail_out)
        }
        return Array(output[..<made])
    }
}
