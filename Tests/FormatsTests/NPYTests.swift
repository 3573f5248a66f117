import Foundation
import MartletCore
import MartletFormats
import TestSupport
import Testing

/// Files that NumPy 2.4 wrote.
@Suite struct NPYTests {
    let folder = try! TemporaryFolder()

    private func write(_ base64: String, change: (inout [UInt8]) -> Void = { _ in }) throws -> String {
        var bytes = Array(Data(base64Encoded: base64)!)
        change(&bytes)
        return try folder.write(bytes, to: "x.npy")
    }

    enum Kind: Sendable { case floats, integers, bytes }

    /// 2 x 3 x 4 elements: 0, 1, 2, … in row-major order; the floats are halves.
    static let files: [(name: String, base64: String, kind: Kind)] = [
        ("float32", "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAPwAAgD8AAMA/AAAAQAAAIEAAAEBAAABgQAAAgEAAAJBAAACgQAAAsEAAAMBAAADQQAAA4EAAAPBAAAAAQQAACEEAABBBAAAYQQAAIEEAAChBAAAwQQAAOEE=", Kind.floats),
        ("float64, version 2", "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAOA/AAAAAAAA8D8AAAAAAAD4PwAAAAAAAABAAAAAAAAABEAAAAAAAAAIQAAAAAAAAAxAAAAAAAAAEEAAAAAAAAASQAAAAAAAABRAAAAAAAAAFkAAAAAAAAAYQAAAAAAAABpAAAAAAAAAHEAAAAAAAAAeQAAAAAAAACBAAAAAAAAAIUAAAAAAAAAiQAAAAAAAACNAAAAAAAAAJEAAAAAAAAAlQAAAAAAAACZAAAAAAAAAJ0A=", Kind.floats),
        ("float32, big-endian", "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAPwAAgD8AAMA/AAAAQAAAIEAAAEBAAABgQAAAgEAAAJBAAACgQAAAsEAAAMBAAADQQAAA4EAAAPBAAAAAQQAACEEAABBBAAAYQQAAIEEAAChBAAAwQQAAOEE=", Kind.floats),
        ("float64 in Fortran order", "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAABhAAAAAAAAAAEAAAAAAAAAgQAAAAAAAABBAAAAAAAAAJEAAAAAAAADgPwAAAAAAABpAAAAAAAAABEAAAAAAAAAhQAAAAAAAABJAAAAAAAAAJUAAAAAAAADwPwAAAAAAABxAAAAAAAAACEAAAAAAAAAiQAAAAAAAABRAAAAAAAAAJkAAAAAAAAD4PwAAAAAAAB5AAAAAAAAADEAAAAAAAAAjQAAAAAAAABZAAAAAAAAAJ0A=", Kind.floats),
        ("float32 in Fortran order, version 3", "k05VTVBZAwB0AAAAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAzLCA0KSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADAQAAAAEAAAABBAACAQAAAIEEAAAA/AADQQAAAIEAAAAhBAACQQAAAKEEAAIA/AADgQAAAQEAAABBBAACgQAAAMEEAAMA/AADwQAAAYEAAABhBAACwQAAAOEE=", Kind.floats),
        ("int64", "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAEAAAAAAAAAAgAAAAAAAAADAAAAAAAAAAQAAAAAAAAABQAAAAAAAAAGAAAAAAAAAAcAAAAAAAAACAAAAAAAAAAJAAAAAAAAAAoAAAAAAAAACwAAAAAAAAAMAAAAAAAAAA0AAAAAAAAADgAAAAAAAAAPAAAAAAAAABAAAAAAAAAAEQAAAAAAAAASAAAAAAAAABMAAAAAAAAAFAAAAAAAAAAVAAAAAAAAABYAAAAAAAAAFwAAAAAAAAA=", Kind.integers),
        ("int16, big-endian, in Fortran order", "k05VTVBZAQB2AHsnZGVzY3InOiAnPmkyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAMAAQAEAAIABQAAQANAAUAEQAJABUAAgAOAAYAEgAKABYAAwAPAAcAEwALABc=", Kind.integers),
        ("uint32", "k05VTVBZAQB2AHsnZGVzY3InOiAnPHU0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAQAAAAIAAAADAAAABAAAAAUAAAAGAAAABwAAAAgAAAAJAAAACgAAAAsAAAAMAAAADQAAAA4AAAAPAAAAEAAAABEAAAASAAAAEwAAABQAAAAVAAAAFgAAABcAAAA=", Kind.integers),
        ("uint8", "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhc=", Kind.bytes),
        ("uint8 in Fortran order", "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoADAQQCBQBDQURCRUCDgYSChYDDwcTCxc=", Kind.bytes),
    ]

    @Test(arguments: files.indices) func readsWhatNumPyWrites(file: Int) throws {
        let (name, base64, kind) = Self.files[file]
        let expected = switch kind {
        case .floats: HostArray([2, 3, 4], (0..<24).map { Float($0) / 2 })
        case .integers: HostArray([2, 3, 4], (0..<24).map { Int32($0) })
        case .bytes: HostArray([2, 3, 4], (0..<24).map { UInt8($0) })
        }
        #expect(try NPY.read(write(base64)) == expected, "\(name)")
    }

    @Test func integersKeepTheirSign() throws {
        #expect(try NPY.read(write("k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr9/////////wAAAID/////BQAAAAAAAAA=")) == HostArray([3], [-3, .min, 5] as [Int32]))
        #expect(try NPY.read(write("k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoHAAAA")) == HostArray([], [7] as [Int32]))
    }

    @Test(arguments: [
        HostArray([3, 2], [1, -2, 3, 0.5, 1e-40, -0.0] as [Float]), HostArray([4], [1, -2, 3, 4] as [Int32]), HostArray([1, 1, 2], [7, 255] as [UInt8]),
        HostArray([0, 3], [] as [Float]), HostArray([], [2.5] as [Float]),
    ]) func whatIsWrittenIsRead(array: HostArray) throws {
        let bytes = NPY.encode(array)
        #expect(try NPY.read(folder.write(bytes, to: "y.npy")) == array)
        // NumPy wants the elements at a multiple of 64.
        #expect((bytes.count - array.count * array.dtype.byteCount) % 64 == 0)
    }

    @Test func whatIsNoArrayIsNamed() throws {
        let good = Self.files[0].base64
        expectError(naming: "x.npy", "does not fit 32 bits") { _ = try NPY.read(write("k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAAAAAAAAAIAAAAAA")) }
        expectError(naming: "x.npy", "'<f2'", "astype") { _ = try NPY.read(write("k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAA=")) }
        expectError(naming: "x.npy", "structured array") { _ = try NPY.read(write("k05VTVBZAQB2AHsnZGVzY3InOiBbKCdhJywgJzxmNCcpLCAoJ2InLCAnPGk0JyldLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAAAA")) }
        expectError(naming: "x.npy", "empty") { _ = try NPY.read(write("")) }
        expectError(naming: "x.npy", "version 9.0") { _ = try NPY.read(write(good) { $0[6] = 9 }) }
        expectError(naming: "x.npy", "signature") { _ = try NPY.read(write(good) { $0[1] = 65 }) }
        expectError(naming: "x.npy", "cut short") { _ = try NPY.read(write(good) { $0.removeLast() }) }
        expectError(naming: "x.npy", "does not fit") { _ = try NPY.read(write(good) { $0.append(1) }) }
        // However it is cut or changed, it is an error or an array, and nothing traps.
        for count in 1..<160 { expectError(naming: "x.npy") { _ = try NPY.read(write(good) { $0 = Array($0.prefix(count)) }) } }
        for place in 0..<128 {
            for value in [0, 0x28, 0x39, 0xFF] as [UInt8] { _ = try? NPY.read(write(good) { $0[place] = value }) }
        }
    }
}
