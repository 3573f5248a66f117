import MartletOpenCL
import Testing

@Suite struct NDRangeTests {
    @Test func rangesAreRoundedUpToWholeGroups() {
        #expect(NDRange(1000).rounded(up: NDRange(64)) == NDRange(1024))
        #expect(NDRange(5, 8).rounded(up: NDRange(4, 8)) == NDRange(8, 8))
        #expect(NDRange(1, 2, 3).rounded(up: NDRange(2, 2, 2)) == NDRange(2, 2, 4))
        #expect(NDRange(5, 8).count == 40)
        #expect(NDRange(5, 8).description == "5x8")
    }
}
