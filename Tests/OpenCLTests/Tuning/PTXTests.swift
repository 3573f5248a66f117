import MartletOpenCL
import Testing

/// What the tiles of work-groups become on an NVIDIA GPU, counted instead of timed.
@Suite(PTX.whereCompiled) struct PTXTests {
    private static let kernels: [(file: String, name: String, defines: [String])] = [
        ("matmul_groups.cl", "matmul", ["ADDS_SEGMENTS=0"]), ("matmul_groups.cl", "matmul_segments", ["ADDS_SEGMENTS=0"]),
        ("conv2d_groups.cl", "conv2d_groups", ["GRADIENT=0"]), ("conv2d_groups.cl", "conv2d_groups", ["GRADIENT=1"]),
        ("conv2d_weight_groups.cl", "conv2d_weight_groups", []),
    ]

    /// The largest tile: between two barriers 8 places of k, each with 64 multiply-adds and 4 reads of local memory, and one read of
    /// global memory for each factor, all in vectors. What comes before the loop has as many reads and one barrier more.
    @Test func theLargestTileIsWhatItIsMeantToBe() throws {
        let tile = try #require(GroupTile.all.first { $0.name == "groups-8x8-deep8-float4-double" })
        for kernel in Self.kernels {
            let code = try PTX(kernel.file, defines: tile.defines + kernel.defines + ["LEFT_READ=4", "RIGHT_READ=4"])
            func count(_ instruction: String) -> Int? { code.count(instruction, in: kernel.name) }
            #expect(count("fma.rn.f32") == 8 * 64, "\(kernel)")
            #expect(count("ld.shared.v4.f32") == 8 * 4 && count("ld.shared.f32") == 0, "\(kernel)")
            #expect(count("ld.global.v4.f32") == 4 && count("ld.global.f32") == 0, "\(kernel)")
            #expect(count("bar.sync") == 2, "\(kernel)")
            // Four quadrants of four rows.
            #expect(count("st.global.v4.f32") == 16, "\(kernel)")
        }
    }

    /// Sums and what is on its way stay in registers, whichever way factors are read.
    @Test(arguments: [1, 4]) func nothingIsInMemoryOfAnItemsOwn(read: Int) throws {
        for tile in GroupTile.usual where tile.vector >= read {
            for kernel in Self.kernels {
                let code = try PTX(kernel.file, defines: tile.defines + kernel.defines + ["LEFT_READ=\(read)", "RIGHT_READ=\(read)"])
                #expect(!code.usesMemory(kernel.name), "\(tile.name) \(kernel)")
            }
        }
    }
}
