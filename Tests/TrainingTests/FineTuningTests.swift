import Martlet
import TestSupport
import Testing

@Suite struct FineTuningTests {
    private func rules(freeze: [String] = [], unfreeze: [String] = [], scales: [String] = []) throws -> ParameterRules {
        try ParameterRules(freeze: freeze, unfreeze: unfreeze, rateScales: scales)
    }

    private func trained(
        _ rules: ParameterRules, on device: any Device, epochs: Int = 1, optimizer: Optimizer = .adam(weightDecay: 0.01)
    ) throws -> CompiledModel {
        var options = Runs.options(epochs: epochs)
        options.parameters = rules
        let compiled = try Runs.perceptron().compile(optimizer: optimizer, on: device, seed: 7)
        _ = try compiled.fit(Runs.digits.train, options: options)
        return compiled
    }

    /// Frozen tensors keep their bits, statistics among them, and the others have the same on every backend.
    @Test(arguments: ["adam", "adamw", "momentum", "lion"])
    func whatIsFrozenStays(optimizer: String) throws {
        let rules = try rules(freeze: ["0.*", "1.*"], scales: ["4.*=0.1", "*.bias=0.5"])
        var hashes: Set<String> = []
        for device in TestDevices.all {
            let optimizer = try Optimizer(named: optimizer, learningRate: 1e-3, weightDecay: 0.01)
            let before = try Runs.perceptron().compile(optimizer: optimizer, on: device, seed: 7).weights()
            let compiled = try trained(rules, on: device, epochs: 2, optimizer: optimizer)
            for (old, new) in zip(before, try compiled.weights()) {
                let isFrozen = old.name.hasPrefix("0.") || old.name.hasPrefix("1.")
                #expect(sameBits(old.array.floats, new.array.floats) == isFrozen, "\(old.name) on \(device.name)")
            }
            hashes.insert(try compiled.weightsSHA256())
        }
        #expect(hashes.count == 1)
    }

    /// What is not frozen gets the gradients that it gets when nothing is: the first step of two layers without batchNorm.
    @Test func freezingChangesNoOtherGradient() throws {
        let model = try Model.perceptron(input: [64], widths: [20, 30], outputs: 10)
        for device in TestDevices.each {
            func gradients(_ rules: ParameterRules) throws -> [(name: String, array: HostArray)] {
                var options = Runs.options(epochs: 1)
                options.batchSize = Runs.digits.train.count
                options.parameters = rules
                let compiled = try model.compile(optimizer: "sgd", on: device, seed: 3)
                _ = try compiled.fit(Runs.digits.train, options: options)
                return try compiled.gradients()
            }
            for (free, frozen) in zip(try gradients(.none), try gradients(rules(freeze: ["0.*", "2.bias"]))) {
                if free.name.hasPrefix("0.") || free.name == "2.bias" {
                    #expect(frozen.array.floats.allSatisfy { $0 == 0 }, "\(free.name)")
                } else {
                    #expect(sameBits(free.array.floats, frozen.array.floats), "\(free.name)")
                }
            }
        }
    }

    /// A factor of the rate is what a run with that rate does to the parameter: both are powers of two.
    @Test func aFactorIsAnotherRate() throws {
        let model = try Model.perceptron(input: [64], widths: [], outputs: 10)
        var options = Runs.options(epochs: 1)
        let scaled = try model.compile(optimizer: .sgd(learningRate: 0.5), on: TestDevices.cpu[1])
        options.parameters = try rules(scales: ["0.*=4", "*=0.25"])
        _ = try scaled.fit(Runs.digits.train, options: options)
        options.parameters = .none
        let slow = try model.compile(optimizer: .sgd(learningRate: 0.125), on: TestDevices.cpu[1])
        _ = try slow.fit(Runs.digits.train, options: options)
        #expect(try scaled.weightsSHA256() == slow.weightsSHA256())
    }

    /// Frozen parameters cost no launch: neither those of their gradients nor any for the rules.
    @Test func rulesCostNoLaunch() throws {
        let model = try Runs.perceptron()
        func launches(_ rules: ParameterRules) throws -> [Launch] {
            try model.trainingPlan(Runs.digits.train, loss: .crossEntropy, optimizer: .adam(), batchSize: 100, rules: rules).program.launches
        }
        let free = try launches(.none), scaled = try launches(rules(scales: ["0.*=0.1", "8.*=3"]))
        #expect(free.count == scaled.count)
        #expect(try launches(rules(freeze: ["0.*"])).count < free.count)
        #expect(try launches(rules(freeze: ["0.*", "1.*", "4.*", "5.*"])).count < free.count / 2)
    }

    /// A run that freezes, unfreezes, stops and goes on ends as one that never stopped; frozen until the epoch named.
    @Test func unfreezingResumes() throws {
        let folder = try TemporaryFolder()
        let rules = try rules(freeze: ["0.*", "1.*", "4.*"], unfreeze: ["4.*@2", "3"])
        var options = Runs.options(epochs: 4)
        options.parameters = rules
        let model = try Runs.perceptron()
        let first = try model.compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7).weights()
        let whole = try model.compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        _ = try whole.fit(Runs.digits.train, options: options)
        let expected = try whole.weightsSHA256()

        for (place, device) in TestDevices.each.enumerated() {
            for steps in [15, 20, 30, 31] {
                var stopped = options
                stopped.checkpoint = folder.file("run \(place)")
                let interrupted = try model.compile(optimizer: "adam", on: device, seed: 7)
                _ = try? interrupted.fit(Runs.digits.train, options: stopped, callbacks: [StopAfter(steps)])
                let now = try interrupted.weights()
                #expect(sameBits(first[0].array.floats, now[0].array.floats) == (steps <= 30), "0.weight after \(steps)")
                let resumed = try model.compile(optimizer: "adam", on: TestDevices.each.last!, seed: 7)
                let point = try resumed.restore(try Checkpoint.read(stopped.checkpoint!), options: options, data: Runs.digits.train)
                _ = try resumed.fit(Runs.digits.train, options: options, from: point)
                #expect(try resumed.weightsSHA256() == expected, "after \(steps) on \(device.name)")
            }
        }
        let checkpoint = try Checkpoint.read(folder.file("run 0"))
        let other = try model.compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        let error = #expect(throws: TrainingError.self) { try other.restore(checkpoint, options: Runs.options(epochs: 4), data: Runs.digits.train) }
        #expect(error?.description.contains("the rules of parameters") == true)
    }

    @Test(arguments: [
        (["9.*"], [], [], ["--freeze", "'9.*'", "0.weight", "1.running_mean"]),
        (["*"], [], [], ["leaves nothing to train"]),
        ([], [], ["nine.*=1"], ["--lr-scale", "'nine.*'", "0.weight"]),
        ([], [], ["1.running_mean=2"], ["--lr-scale"]),
        ([], [], ["0.*=0"], ["greater than 0", "--freeze"]),
        ([], [], ["0.*=nan"], ["greater than 0"]),
        ([], ["0.*@3"], [], ["matches nothing that --freeze keeps"]),
        (["0.*"], ["0.*@1"], [], ["after the first"]),
        (["0.*"], ["9.*@2"], [], ["--unfreeze", "0.weight"]),
    ] as [([String], [String], [String], [String])])
    func badRules(freeze: [String], unfreeze: [String], scales: [String], parts: [String]) throws {
        let rules = try rules(freeze: freeze, unfreeze: unfreeze, scales: scales)
        let error = #expect(throws: TrainingError.self) { try trained(rules, on: TestDevices.cpu[0]) }
        for part in parts { #expect(error?.description.contains(part) == true, "\(String(describing: error))") }
    }

    @Test(arguments: [([], ["x@y"], []), ([], ["@3"], []), ([], [], ["0.*"]), ([], [], ["=3"]), ([], [], ["a=b"])] as [([String], [String], [String])])
    func badGrammar(freeze: [String], unfreeze: [String], scales: [String]) {
        #expect(throws: TrainingError.self) { try rules(freeze: freeze, unfreeze: unfreeze, scales: scales) }
    }

    // MARK: Loading by name

    private func file(_ tensors: [(name: String, array: HostArray)]) throws -> WeightFile {
        let folder = try TemporaryFolder()
        try SafeTensors(tensors).write(to: folder.file("state dict.safetensors"))
        return try WeightFile.read(folder.file("state dict.safetensors"))
    }

    @Test func aForeignFileIsMatchedByName() throws {
        let model = try Model.perceptron(input: [64], widths: [20], outputs: 10)
        let source = try model.compile(optimizer: "sgd", on: TestDevices.cpu[0], seed: 5)
        let names = ["0.weight": "net.body.fc1.weight", "0.bias": "net.body.fc1.bias", "2.weight": "net.head.weight", "2.bias": "net.head.bias"]
        let renamed = try source.weights().map { (name: names[$0.name]!, array: $0.array) }
        let file = try file(renamed + [("net.norm.num_batches_tracked", HostArray([1], [3] as [Int32]))])
        let renamings = try ["net.body.fc1.*=0.*", "net.head.*=2.*"].map { try Renaming($0) }

        let transfer = try WeightTransfer(file, to: model, renamings: renamings)
        #expect(transfer.loaded.map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias"])
        #expect(transfer.skipped.map(\.name) == ["net.norm.num_batches_tracked"] && transfer.initialised.isEmpty)
        let target = try model.compile(optimizer: "sgd", on: TestDevices.cpu[0], seed: 6)
        try target.start(from: transfer)
        #expect(try target.weightsSHA256() == source.weightsSHA256())

        // A new head begins as an untrained one does, whatever the file has for it.
        let (changed, head) = try #require(try model.replacingHead(outputs: 4))
        let partial = try WeightTransfer(file, to: changed, renamings: renamings, newHead: head)
        #expect(head == "2" && changed.outputShape == [4] && partial.initialised == ["2.weight", "2.bias"])
        #expect(partial.skipped.contains { $0.name == "net.head.weight" && $0.reason == "the head is new" })
        let fresh = try changed.compile(optimizer: "sgd", on: TestDevices.cpu[0], seed: 6)
        let untrained = try fresh.weights()
        try fresh.start(from: partial)
        // Biases begin with zero everywhere.
        for (a, b) in zip(untrained, try fresh.weights()) where a.name.hasSuffix(".weight") {
            #expect(sameBits(a.array.floats, b.array.floats) == a.name.hasPrefix("2."), "\(a.name)")
        }

        func refuses(_ parts: String..., body: () throws -> Void) {
            let error = #expect(throws: TrainingError.self) { try body() }
            for part in parts { #expect(error?.description.contains(part) == true, "\(String(describing: error))") }
        }
        refuses("no tensor", "net.body.fc1.weight", "0.weight") { _ = try WeightTransfer(file, to: model) }
        refuses("2.weight", "10x20", "4x20", "net.head.weight") { _ = try WeightTransfer(file, to: changed, renamings: renamings) }
        refuses("--rename", "'body.*'", "net.body.fc1.weight") { _ = try WeightTransfer(file, to: model, renamings: [try Renaming("body.*=0.*")]) }
        refuses("would both be") { _ = try WeightTransfer(file, to: model, renamings: [try Renaming("net.body.fc1.*=0.*"), try Renaming("net.head.*=0.*")]) }
        for text in ["a", "=", "a.*=b", "a=b=c", "a="] { refuses("--rename") { _ = try Renaming(text) } }
    }

    @Test func heads() throws {
        let fullyConvolutional = try Model(input: [1, 8, 8]) { Conv2D(4, kernelSize: 3); ReLU(); Conv2D(10, kernelSize: 1); GlobalAveragePool2D() }
        let (changed, head) = try #require(try fullyConvolutional.replacingHead(outputs: 3))
        #expect(head == "2" && changed.outputShape == [3])
        #expect(try Model(input: [64]) { Linear(4); BatchNorm() }.replacingHead(outputs: 3) == nil)
        #expect(try Model(input: [64]) { ReLU() }.replacingHead(outputs: 3) == nil)
        #expect(try Runs.residual().replacingHead(outputs: 3)?.model.outputShape == [3])
    }

    // MARK: Data

    @Test func classesAndFewLabels() throws {
        let half = try Runs.digits.train.keeping(classes: ["7", "2", "9"])
        #expect(half.classNames == ["7", "2", "9"] && half.count == [7, 2, 9].map { Runs.digits.train.classCounts[$0] }.reduce(0, +))
        #expect(half.classCounts == [7, 2, 9].map { Runs.digits.train.classCounts[$0] })
        let few = try half.limited(perClass: 5, seed: 1)
        #expect(few.classCounts == [5, 5, 5])
        #expect(try few == half.limited(perClass: 5, seed: 1) && few != half.limited(perClass: 5, seed: 2))
        #expect(try half.limited(perClass: 10000, seed: 1) == half)
        #expect(throws: FormatError.self) { try half.keeping(classes: ["7", "77"]) }
        #expect(throws: FormatError.self) { try half.keeping(classes: ["7", "7"]) }
        #expect(throws: FormatError.self) { try half.keeping(classes: ["7"]) }
        #expect(throws: FormatError.self) { try half.limited(perClass: 0, seed: 1) }
    }
}
