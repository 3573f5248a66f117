import MartletCore
import MartletFormats
import TestSupport
import Testing

/// A file with this header (its length is added) and data.
private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
}

private func parsed(_ bytes: [UInt8]) throws(FormatError) -> SafeTensors { try SafeTensors(parsing: bytes, path: "s") }

@Suite struct SafeTensorsTests {
    let sample = SafeTensors(
        [
            ("layer.1.weight", HostArray([2, 2], [1, -0.0, .infinity, 0x1p-149] as [Float])),
            ("bytes", HostArray([3], [1, 2, 255] as [UInt8])),
            ("a", HostArray([2], [Int32.min, Int32.max])), ("empty", HostArray([0, 4], [] as [Float])),
            ("scalar", HostArray(.scalar, [2.5 as Float])),
        ], metadata: ["z": "1", "a": "line\n\"quoted\""])

    @Test func roundTripsInOrder() throws {
        let folder = try TemporaryFolder()
        try sample.write(to: folder.file("a.safetensors"))
        let read = try SafeTensors.read(folder.file("a.safetensors"))
        #expect(read.names == sample.names)
        #expect(read.metadata == sample.metadata)
        for (name, array) in sample.tensors { #expect(read[name] == array) }
        #expect(read.bytes == sample.bytes)
        #expect(read["weight"] == nil)
        #expect(throws: FormatError.self) { try read.required("layer.1.wieght", path: "p") }
    }

    @Test func bytesAreThoseOfTheFormat() throws {
        let tensors = SafeTensors([("x", HostArray([2], [-0.0, 1] as [Float]))])
        let header = #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(tensors.bytes == file(header + padding, [0, 0, 0, 0, 0, 0, 0x80, 0x3f]))
        #expect(SafeTensors().bytes == file("{}      "))
    }

    @Test func tensorsCanBeReplacedAndRemoved() {
        var tensors = sample
        tensors["bytes"] = nil
        tensors["a"] = HostArray([1], [5 as Int32])
        #expect(tensors.names == ["layer.1.weight", "a", "empty", "scalar"])
        #expect(tensors["a"]?.integers == [5])
        #expect(tensors.doubles("a") == [5])
    }

    @Test func widensAndNarrowsOtherTypes() throws {
        let header =
            #"{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"#
            + #""i":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[16,20]},"#
            + #""h":{"dtype":"F16","shape":[5],"data_offsets":[20,30]},"t":{"dtype":"BOOL","shape":[1],"data_offsets":[30,31]}}"#
        let double = withUnsafeBytes(of: (0.1).bitPattern.littleEndian) { Array($0) }
        let data =
            double + [0xfe] + [UInt8](repeating: 0xff, count: 7) + [0x80, 0x3f, 0x20, 0xc0]
            + [0x00, 0x3c, 0x01, 0x00, 0xff, 0xfb, 0x00, 0x7c, 0x55, 0x35] + [1]
        let read = try parsed(file(header, data))
        #expect(read["d"]?.floats == [0.1])
        #expect(read.doubles("d") == [0.1])
        #expect(read["i"]?.integers == [-2])
        #expect(read["b"]?.floats == [1, -2.5])
        #expect(read["h"]?.floats == [1, 0x1p-24, -65504, .infinity, 0.333251953125])
        #expect(read["t"]?.elements == .uint8([1]))
    }

    static let one = #""dtype":"U8","shape":[4],"data_offsets":[0,4]"#
    @Test(
        arguments: [
            ([], "empty file"), ([1, 0, 0], "length of the safetensors header should have 8 bytes, only 3"),
            ([UInt8](repeating: 255, count: 16), "at most 100000000"),
            ([100, 0, 0, 0, 0, 0, 0, 0, 123], "should have 108 bytes, only 9"),
            ([0, 0, 0, 0, 0, 0, 0, 0], "begins with '{'"), (file("[]"), "begins with '{'"),
            (file("{\"a\":"), "column 6"),
            (file("{\"a\":1}"), "tensor 'a': expected its 'dtype'"),
            (file(#"{"a":{"dtype":"I16","shape":[],"data_offsets":[0,2]}}"#, [0, 0]), "element type I16"),
            (file(#"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, [0]), "'shape'"),
            (file(#"{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}"#, [0]), "'shape'"),
            (
                file(#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, [0]),
                "no tensor can have the shape [-1]"
            ),
            (
                file(#"{"a":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#),
                "no tensor can have the shape"
            ),
            (
                file(#"{"a":{"dtype":"F32","shape":[2000000000],"data_offsets":[0,8000000000]}}"#),
                "should have 8000000000 bytes, only 0"
            ),
            (file(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, [0]), "ascending"),
            (file(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}"#, [0]), "ascending"),
            (file("{\"a\":{\(one)}}", [1, 2, 3]), "up to tensor 'a' should have 4 bytes, only 3"),
            (file("{\"a\":{\(one)}}", [1, 2, 3, 4, 5]), "expected 4 bytes up to the end of the last tensor"),
            (
                file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, [0, 0, 0, 0]),
                "expected 8 bytes for F32 of shape [2], found 4"
            ),
            (file("{\"a\":{\(one)},\"b\":{\(one)}}", [1, 2, 3, 4]), "overlaps"),
            (file("{\"a\":{\(one)},\"a\":{\(one)}}", [1, 2, 3, 4]), "occurs twice"),
            (
                file(
                    "{\"a\":{\(one)},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[5,6]}}",
                    [1, 2, 3, 4, 5, 6]), "leaves a gap"
            ),
            (file("{\"__metadata__\":3}"), "'__metadata__'"),
            (file("{\"__metadata__\":{\"x\":3}}"), "'__metadata__.x'"),
            (
                file(#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, [0, 0, 0, 0, 1, 0, 0, 0]),
                "found 4294967296 at element 0"
            ),
        ] as [([UInt8], String)])
    func refusesWhatIsDamaged(_ bytes: [UInt8], _ part: String) {
        expectError(naming: "s", part) { _ = try parsed(bytes) }
    }

    /// Nothing traps, whatever byte is wrong.
    @Test func everyFlippedByteIsReadOrRefused() {
        let bytes = sample.bytes
        for index in bytes.indices {
            for bit in [0x01, 0x10, 0x80] as [UInt8] {
                var damaged = bytes
                damaged[index] ^= bit
                _ = try? parsed(damaged)
            }
            _ = try? parsed(Array(bytes.prefix(index)))
        }
    }
}
