import Martlet
import Testing

@Suite struct Numerics {
    @Test func program() throws {
        print(sameBits(Float.nan, -Float.nan), sameBits(0, -Float(0)), sameBits(Float(0.1), Float(0.1).nextUp))  // true true false

        let digits = DataSet.digits()
        let model = try Sequential(input: [64]) { Linear(32); ReLU(); Dropout(0.5); Linear(10) }
        var hashes = Set<String>()
        for opened in try [Backends.open(.cpu, threads: 1), Backends.open(.cpu, threads: 2), Backends.open(.auto)] {
            let compiled = try model.compile(optimizer: "adam", on: opened.device, seed: 7)
            _ = try compiled.fit(digits.train, epochs: 2)
            hashes.insert(try compiled.weightsSHA256())
        }
        print(hashes.count)  // 1

        #expect(sameBits(Float.nan, -Float.nan) && sameBits(0, -Float(0)) && !sameBits(Float(0.1), Float(0.1).nextUp))
        #expect(hashes.count == 1)
    }
}
