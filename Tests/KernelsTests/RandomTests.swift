import MartletKernels
import Testing

private func philox(_ counter: [UInt32], _ key0: UInt32, _ key1: UInt32) -> [UInt32] {
    var result = [UInt32](repeating: 0, count: 4)
    martlet_host_philox(counter, key0, key1, &result)
    return result
}

@Suite("Randomness") struct RandomTests {
    /// The known answers for philox4x32 with 10 rounds that are published with Random123.
    @Test func knownAnswers() {
        #expect(philox([0, 0, 0, 0], 0, 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        let ones = UInt32.max
        #expect(philox([ones, ones, ones, ones], ones, ones) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], 0xa409_3822, 0x299f_31d0)
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    @Test func elementsAreTheWordsOfTheirQuad() {
        for index in UInt32(0)..<40 {
            let words = philox([index / 4, 0, 5, 6], 7, 8)
            #expect(martlet_host_random_bits(index, 5, 6, 7, 8) == words[Int(index % 4)])
        }
    }

    @Test func uniformUsesTheUpperBits() {
        #expect(martlet_host_uniform(0xff) == 0)
        #expect(martlet_host_uniform(0x8000_0000) == 0.5)
        #expect(martlet_host_uniform(.max) == 1 - 0x1p-24)
    }

    @Test(arguments: [UInt32(0), 1, 3, 4, 5, 64, 1003]) func fillingGivesTheSameElements(count: UInt32) {
        var uniform = [Float](repeating: -1, count: Int(count) + 1)
        var normal = uniform
        martlet_host_fill_uniform(&uniform, count, 1, 2, 3, 4)
        martlet_host_fill_normal(&normal, count, 1, 2, 3, 4)
        for index in 0..<count {
            #expect(uniform[Int(index)] == martlet_host_uniform(martlet_host_random_bits(index, 1, 2, 3, 4)))
            #expect(normal[Int(index)] == martlet_host_normal(index, 1, 2, 3, 4))
        }
        #expect(uniform.last == -1 && normal.last == -1, "nothing is written behind the last element")
    }

    @Test func normalDeviatesHaveTheRightMoments() {
        let count = 1 << 20
        var values = [Float](repeating: 0, count: count)
        martlet_host_fill_normal(&values, UInt32(count), 0, 0, 42, 0)
        let moments = (1...4).map { power in
            values.reduce(0.0) { sum, value in sum + (0..<power).reduce(1.0) { product, _ in product * Double(value) } }
                / Double(count)
        }
        // Five standard deviations of each moment's estimate.
        let tolerance = 5 / Double(count).squareRoot()
        #expect(abs(moments[0]) < tolerance)
        #expect(abs(moments[1] - 1) < tolerance * 2.0.squareRoot())
        #expect(abs(moments[2]) < tolerance * 15.0.squareRoot())
        #expect(abs(moments[3] - 3) < tolerance * 96.0.squareRoot())
        // Neighbours of a quad are independent.
        for distance in 1...4 {
            let products = (0..<(count - distance)).reduce(0.0) { $0 + Double(values[$1]) * Double(values[$1 + distance]) }
            #expect(abs(products / Double(count)) < tolerance)
        }
    }
}
