import FoundationEssentials
import MartletCore
import MartletData
import Testing

@Suite struct StandardisationTests {
    @Test func scalesEachFeature() {
        let features = HostArray([4, 3], [1, 0.1, 10, 2, 0.1, 10, 3, 0.1, 10, 6, 0.1, 20] as [Float])
        let standardisation = Standardisation(fitting: features)
        #expect(standardisation.means[0] == 3 && standardisation.deviations[0] == 3.5.squareRoot())
        #expect(standardisation.deviations[1] == 1, "the feature is constant, although the mean of 0.1 may be rounded")
        let scaled = standardisation.applied(to: features)
        #expect(scaled.shape == features.shape)
        #expect(scaled.floats[0] == Float(-2 / 3.5.squareRoot()) && abs(scaled.floats[1]) < 1e-7)
    }

    @Test func takesBytes() {
        let standardisation = Standardisation(fitting: HostArray([2, 1], [0, 255] as [UInt8]))
        #expect(standardisation.means == [127.5] && standardisation.deviations == [127.5])
        #expect(standardisation.applied(to: HostArray([1, 1], [255] as [UInt8])).floats == [1])
    }

    @Test func isSavedExactly() throws {
        let standardisation = Standardisation(fitting: HostArray([3, 2], [0.1, 7, 0.2, 1e-20, 0.7, 3e30] as [Float]))
        let text = try JSONEncoder().encode(standardisation)
        #expect(try JSONDecoder().decode(Standardisation.self, from: text) == standardisation)
    }

    @Test(arguments: [
        #"{"means":[1],"deviations":[]}"#, #"{"means":[1],"deviations":[0]}"#, #"{"means":[1],"deviations":[-1]}"#,
        "{}",
    ])
    func damagedOnesAreRefused(_ text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Standardisation.self, from: Data(text.utf8)) }
    }
}
