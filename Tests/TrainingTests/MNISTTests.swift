import Martlet
import TestSupport
import Testing

@Suite struct MNISTTests {
    @Test(.enabled(if: Shared.has("data/mnist"), "needs ../shared or MARTLET_SHARED"))
    func oneEpochIsLearntWithEqualBits() throws {
        let (train, test) = try DataSet.loadIDX(Shared.path("data/mnist"))
        let model = try Model.perceptron(input: [784], widths: [512, 512], outputs: 10)
        var hashes: Set<String> = []
        for device in TestDevices.each {
            let compiled = try model.compile(optimizer: "adam", on: device)
            _ = try compiled.fit(train, epochs: 1, batchSize: 128)
            #expect(try #require(compiled.evaluate(test).accuracy) > 0.955, "\(device.name)")
            hashes.insert(try compiled.weightsSHA256())
        }
        #expect(hashes.count == 1)
    }
}
