import MartletCore
import MartletData

/// The samples of a set by their contents, each once however often it is there. Every byte is read once: data that fill
/// memory take as long as it takes to read them.
struct DistinctSamples {
    private struct Sample {
        let row: Int
        let hash: UInt64
        let label: Int32?
        /// How many there are.
        var count = 1
        var hasOtherLabels = false
    }

    private let features: HostArray
    private let width: Int
    private var samples: [Sample] = []
    /// Places in `samples`, from 1, by their hashes; 0 is free. At most half are taken.
    private var table: [UInt32]

    init(_ data: DataSet) {
        features = data.features
        width = features.shape.withoutFirst.elementCount * features.dtype.byteCount
        var size = 16
        while size < 2 * data.count { size *= 2 }
        table = [UInt32](repeating: 0, count: size)
        samples.reserveCapacity(data.count)
        let labels = data.labels
        data.features.withUnsafeBytes { bytes in
            for row in 0..<data.count {
                let content = UnsafeRawBufferPointer(rebasing: bytes[row * width ..< (row + 1) * width])
                let hash = Self.hash(content), label = labels.isEmpty ? nil : labels[row]
                let slot = self.slot(of: content, hash, in: bytes)
                if table[slot] == 0 {
                    samples.append(Sample(row: row, hash: hash, label: label))
                    table[slot] = UInt32(samples.count)
                } else {
                    let place = Int(table[slot]) - 1
                    samples[place].count += 1
                    if samples[place].label != label { samples[place].hasOtherLabels = true }
                }
            }
        }
    }

    /// How many rows of another set are among these.
    func count(of others: HostArray) -> Int {
        guard others.shape.withoutFirst.elementCount == features.shape.withoutFirst.elementCount else { return 0 }
        return features.withUnsafeBytes { own in
            others.withUnsafeBytes { bytes in
                (0..<others.shape[0]).count { row in
                    let content = UnsafeRawBufferPointer(rebasing: bytes[row * width ..< (row + 1) * width])
                    return table[slot(of: content, Self.hash(content), in: own)] != 0
                }
            }
        }
    }

    /// How many rows have a twin with another label.
    var contradictions: Int { samples.reduce(0) { $0 + ($1.hasOtherLabels ? $1.count : 0) } }

    /// Where a sample is in the table, or would be.
    private func slot(of content: UnsafeRawBufferPointer, _ hash: UInt64, in bytes: UnsafeRawBufferPointer) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[slot] != 0 {
            let sample = samples[Int(table[slot]) - 1]
            if sample.hash == hash, Self.isEqual(content, UnsafeRawBufferPointer(rebasing: bytes[sample.row * width ..< (sample.row + 1) * width])) {
                break
            }
            slot = (slot + 1) & (table.count - 1)
        }
        return slot
    }

    private static func isEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        while place + 8 <= a.count {
            guard a.loadUnaligned(fromByteOffset: place, as: UInt64.self) == b.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            else { return false }
            place += 8
        }
        return a[place...].elementsEqual(b[place...])
    }

    /// FNV-1a over words of eight bytes, in four chains that do not wait for each other; what it takes for equal is compared
    /// afterwards.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
            let product = (hash ^ word) &* 0x100_0000_01B3
            return product ^ product >> 29
        }
        var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 1, 2, 3)
        var place = 0
        while place + 32 <= bytes.count {
            a = mixed(a, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            b = mixed(b, bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
            c = mixed(c, bytes.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self))
            d = mixed(d, bytes.loadUnaligned(fromByteOffset: place + 24, as: UInt64.self))
            place += 32
        }
        while place < bytes.count {
            a = mixed(a, UInt64(bytes[place]))
            place += 1
        }
        return mixed(mixed(mixed(a, b), c), d)
    }
}
