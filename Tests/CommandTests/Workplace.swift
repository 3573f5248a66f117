import Foundation
import TestSupport
import Testing

/// A folder with small data files, good and bad, in which the command is run.
final class Workplace {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let classes = ["rot", "grün", "hell, blau"]
        let flowers = (0..<60).map { row -> (a: String, b: String, kind: String) in
            let (a, b) = (Double(row % 3) + Double(row * 37 % 11) / 10, Double(row * 53 % 17) / 10)
            return ("\(a)", "\(b)", "\"\(classes[row % 3])\"")
        }
        let numbers = (0..<60).map { row -> String in
            let (a, b) = (row % 7, row % 5)
            return "\(a),\(b),\(Double(2 * a - b) + Double(row) / 1000)"
        }
        func table(_ name: String, _ lines: [String]) throws { _ = try folder.write(lines.joined(separator: "\n") + "\n", to: name) }
        try table("flowers.csv", ["a,b,kind"] + flowers.map { "\($0.a),\($0.b),\($0.kind)" })
        try table("shuffled columns.csv", ["kind,extra,b,a"] + flowers.map { "\($0.kind),x,\($0.b),\($0.a)" })
        try table("unlabelled.csv", ["b,a"] + flowers.map { "\($0.b),\($0.a)" })
        try table("no b.csv", ["a,kind"] + flowers.map { "\($0.a),\($0.kind)" })
        try table("unknown class.csv", ["a,b,kind", "1,2,rot", "1,2,brot"])
        try table("numbers.csv", ["a,b,y"] + numbers)
        try table("text.csv", ["a,b,kind", "1,2,x", "one,2,x", "1,2,y", "1,3,y"])
        try table("nan.csv", ["a,b,kind", "1,2,x", "nan,2,x", "1,2,y", "1,3,y"])
        try table("missing value.csv", ["a,b,kind", "1,2,x", "1,,x", "1,2,y", "1,3,y"])
        try table("ragged.csv", ["a,b,kind", "1,2,x", "1,2", "1,2,y"])
        try table("one class.csv", ["a,b,kind", "1,2,x", "3,4,x", "5,6,x"])
        try table("one row.csv", ["a,b,kind", "1,2,x"])
        try table("header.csv", ["a,b,kind"])
        _ = try folder.write("", to: "empty.csv")
        _ = try folder.write("hello", to: "note.txt")
    }

    func path(_ name: String) -> String { folder.file(name) }

    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Martlet.Outcome {
        try run(arguments, environment: environment)
    }
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Martlet.Outcome {
        try Martlet.run(arguments, in: folder.path, environment: environment)
    }

    /// Images of 4 x 4 bytes in three classes, as MNIST's four files.
    func writeImages(to name: String, train: Int = 40, test: Int = 12, packed: Bool = false) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        for (part, count) in [("train", train), ("t10k", test)] {
            var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 4, 0, 0, 0, 4]
            var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
            for image in 0..<count {
                labels.append(UInt8(image % 3))
                for pixel in 0..<16 { images.append(UInt8(image % 3 * 60 + (image + pixel) * 29 % 50)) }
            }
            for (file, bytes) in [("images-idx3-ubyte", images), ("labels-idx1-ubyte", labels)] {
                let written = try folder.write(bytes, to: "\(name)/\(part)-\(file)")
                if packed { try gzip(written) }
            }
        }
    }

    private func gzip(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-f", path]
        try process.run()
        process.waitUntilExit()
    }

    /// Writes a copy of a file with changed bytes.
    func copy(_ name: String, to other: String, _ change: (inout [UInt8]) -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(filePath: path(name))))
        change(&bytes)
        _ = try folder.write(bytes, to: other)
    }
}
