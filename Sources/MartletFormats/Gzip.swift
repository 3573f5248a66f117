import CZlib

/// Gzip archives (RFC 1952), of one member or several.
public enum Gzip {
    /// Whether the bytes begin as an archive does.
    public static func isPacked(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    }

    /// The contents of an archive, its members one after the other.
    ///
    /// - Parameter path: what messages call the file.
    /// - Throws: `damaged` where the archive ends early or a checksum is wrong,
    ///   `tooLarge` where more than `File.sizeLimit` bytes come out.
    public static func unpack(_ bytes: [UInt8], path: String) throws(FormatError) -> [UInt8] {
        var stream = z_stream()
        let gzipOnly: Int32 = 16 + MAX_WBITS
        guard inflateInit2_(&stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .unreadable(path: path, reason: "zlib did not start")
        }
        defer { inflateEnd(&stream) }

        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var consumed = 0
        while true {
            let (status, taken, made) = step(&stream, bytes, from: consumed, into: &chunk)
            consumed += taken
            result += chunk[..<made]
            guard result.count <= File.sizeLimit else {
                throw .tooLarge(path: path, what: "the unpacked file", limit: File.sizeLimit)
            }
            switch status {
            case Z_STREAM_END:
                // Zeros after the last member are padding (of tapes, once); anything else must be a member.
                if bytes[consumed...].allSatisfy({ $0 == 0 }) { return result }
                inflateReset(&stream)
            case Z_OK where taken > 0 || made > 0: continue
            case Z_OK, Z_BUF_ERROR:
                throw .damaged(path: path, reason: "the gzip archive ends early, after \(consumed) bytes")
            default:
                let reason = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
                throw .damaged(
                    path: path, reason: "the gzip archive does not unpack (\(reason), near byte \(consumed))")
            }
        }
    }

    private static func step(
        _ stream: inout z_stream, _ bytes: [UInt8], from start: Int, into chunk: inout [UInt8]
    ) -> (status: Int32, taken: Int, made: Int) {
        let offered = min(bytes.count - start, 1 << 30)  // zlib counts in 32 bits
        return bytes.withUnsafeBufferPointer { input in
            chunk.withUnsafeMutableBufferPointer { output in
                // zlib's interface is older than const: it does not write through this pointer.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + start })
                stream.avail_in = UInt32(offered)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = inflate(&stream, Z_NO_FLUSH)
                return (status, offered - Int(stream.avail_in), output.count - Int(stream.avail_out))
            }
        }
    }
}
