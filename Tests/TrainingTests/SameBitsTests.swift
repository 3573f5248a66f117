import Martlet
import Testing

/// The promise: equal seed, graph and data give equal weights after a whole run, whatever ran it.
@Suite struct SameBitsTests {
    static let optimizers: [Optimizer] = [
        .adam(weightDecay: 0.01), .momentum(weightDecay: 0.01), .sgd(learningRate: 0.1), Optimizer(.adamW, weightDecay: 0.1),
    ]

    @Test(arguments: optimizers.indices)
    func wholeRunsAreEqualOnEveryDevice(optimizer: Int) throws {
        let model = try Runs.perceptron()
        let expected = try Runs.hash(model, Self.optimizers[optimizer], on: TestDevices.cpu[0])
        for device in TestDevices.all.dropFirst() {
            #expect(try Runs.hash(model, Self.optimizers[optimizer], on: device) == expected, "\(device.name)")
        }
    }

    @Test func freeFormGraphsAreEqualOnEveryDevice() throws {
        let model = try Runs.residual()
        let hashes = try TestDevices.all.map { try Runs.hash(model, on: $0) }
        #expect(Set(hashes).count == 1)
    }

    @Test func passesNeverChangeBits() throws {
        let model = try Runs.perceptron()
        for device in TestDevices.each {
            let expected = try Runs.hash(model, on: device)
            for passes in [[]] + Pass.allCases.map({ Set(Pass.allCases).subtracting([$0]) }) {
                let compiled = try model.compile(optimizer: .adam(), on: device, seed: 7)
                compiled.passes = passes
                _ = try compiled.fit(Runs.digits.train, options: Runs.options())
                #expect(try compiled.weightsSHA256() == expected, "\(device.name) with \(passes)")
            }
        }
    }

    @Test func seedsMatter() throws {
        let model = try Runs.perceptron()
        let hashes = try ([1, 2] as [UInt64]).map { seed in
            let compiled = try model.compile(optimizer: .adam(), on: TestDevices.cpu[0], seed: seed)
            _ = try compiled.fit(Runs.digits.train, options: Runs.options(epochs: 1))
            return try compiled.weightsSHA256()
        }
        #expect(hashes[0] != hashes[1])
    }
}
