import MartletCore

/// Batches of CIFAR-10's binary version: records of a label and 32 x 32 pixels, without header or separator.
///
///     label | 1024 bytes red | 1024 green | 1024 blue
public enum CIFAR {
    /// Of one image: channels (red, green, blue) x rows x columns.
    public static let imageShape: Shape = [3, 32, 32]
    /// Labels are below this.
    public static let classCount = 10

    /// Images as N x 3 x 32 x 32 bytes, and a label below 10 for each.
    ///
    /// - Throws: `empty`; `truncated` where the size is not that of whole records; `badLabel`; what `File.read` throws.
    public static func read(_ path: String) throws(FormatError) -> (images: [UInt8], labels: [Int32]) {
        let bytes = try File.readUnpacked(path)
        guard !bytes.isEmpty else { throw .empty(path: path, expected: "a batch of CIFAR-10") }
        let size = imageShape.elementCount, record = 1 + size
        let count = bytes.count / record
        guard bytes.count % record == 0 else {
            throw .truncated(
                path: path, what: "a batch of \(count + 1) records of \(record) bytes", expected: (count + 1) * record,
                found: bytes.count)
        }
        var images: [UInt8] = []
        images.reserveCapacity(count * size)
        var labels: [Int32] = []
        for index in 0..<count {
            let label = Int(bytes[index * record])
            guard label < classCount else { throw .badLabel(path: path, position: index, label: label, classes: classCount) }
            labels.append(Int32(label))
            images += bytes[index * record + 1 ..< (index + 1) * record]
        }
        return (images, labels)
    }

    /// The names of the classes, one a line.
    ///
    /// - Throws: `unsuitable` where there are not ten; what `File.read` throws.
    public static func readNames(_ path: String) throws(FormatError) -> [String] {
        let lines = String(decoding: try File.read(path), as: UTF8.self)
            .split { $0.isNewline }.map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        guard lines.count == classCount, Set(lines).count == classCount else {
            throw .unsuitable(
                path: path, problem: "expected the names of \(classCount) classes, found \(Set(lines).count)",
                remedy: "fetch it again, or remove it for the usual names")
        }
        return lines
    }
}
