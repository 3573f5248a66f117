import MartletCore

/// SHA-256 over tensors in order: their names, a zero byte, their shapes (`10x512`), a zero byte, and their elements as
/// little-endian float32, with +0 for -0.
func weightsHash(_ tensors: [(name: String, array: HostArray)]) -> String {
    var hash = SHA256()
    for (name, array) in tensors {
        hash.update(Array("\(name)\0\(array.shape)\0".utf8))
        array.floats.map { $0 == 0 ? 0 : $0 }.withUnsafeBytes { hash.update($0) }
    }
    return SHA256.hex(hash.finalize())
}
