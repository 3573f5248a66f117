import MartletBackend
import MartletConformance
import MartletCore
import MartletGraph
import MartletNN
import MartletOpenCL
import MartletOps
import Testing

/// Methods of graphs over structured operations, on the CPU path and every OpenCL device.
@Suite struct StructuredTests {
    static let devices: [any Device] = [ConformanceTests.cpu[0]] + ConformanceTests.openCL.map { $0 as any Device }

    /// The outputs that `build` returns, the same on every device.
    private func outputs(
        _ inputs: [HostArray], _ build: (inout Graph, [Value]) throws -> [Value]
    ) throws -> [HostArray] {
        var graph = Graph()
        let leaves = inputs.enumerated().map { graph.external("\($0)", $1.type) }
        for (place, value) in try build(&graph, leaves).enumerated() { try graph.leave(value, at: .output(place)) }
        let results = try graph.outputs(for: inputs, on: Self.devices[0])
        for device in Self.devices.dropFirst() {
            let others = try graph.outputs(for: inputs, on: device)
            #expect(zip(results, others).allSatisfy { sameBits($0, $1) }, "on \(device.name)")
        }
        return results
    }

    /// Through OpenCL a convolution over single pixels is launched as a product, where that has the same bits.
    @Test(arguments: [
        // Images, size, channels, outputs, kernel, stride, padding, groups; whether forward and gradient are products.
        ([3, 5, 8, 33, 1, 1, 0, 1], true, true), ([0, 5, 8, 33, 1, 1, 0, 1], true, true), ([3, 5, 8, 33, 3, 1, 1, 1], false, false),
        ([3, 5, 8, 33, 1, 2, 0, 1], false, false), ([3, 5, 8, 33, 1, 1, 1, 1], false, false), ([3, 5, 8, 32, 1, 1, 0, 2], false, false),
        // A product would be cut into segments.
        ([1, 2, 1100, 3, 1, 1, 0, 1], false, true), ([1, 2, 3, 1100, 1, 1, 0, 1], true, false),
    ])
    func plainConvolutionsAreProducts(extents: [Int], forward: Bool, gradient: Bool) throws {
        let (size, channels, outputs, kernel) = (extents[1], extents[2], extents[3], extents[4])
        let (stride, padding, groups) = (extents[5], extents[6], extents[7])
        let image = Size2D(size, size)
        let window = Window2D(
            Size2D(kernel, kernel), stride: Size2D(stride, stride), padding: .symmetric(Size2D(padding, padding)), over: image)
        let x = TensorType([extents[0], size, size, channels])
        let weights = TensorType([kernel, kernel, channels / groups, outputs])
        func isProduct(_ operation: some MartletOps.Operation, _ operands: [TensorType]) throws -> Bool {
            let slots = try (operands + operation.resultTypes(operands)).enumerated().map { Slot(.result($0), $1) }
            let simplified = Launch(operation, slots.dropLast(), [slots.last!], label: "convolution").simplified
            #expect(simplified.results[0].type.elementCount == slots.last!.type.elementCount && simplified.label == "convolution")
            return simplified.operation is Matmul
        }
        let convolution = Conv2D(window, groups: groups)
        #expect(try isProduct(convolution, [x, weights]) == forward)
        let inputGradient = Conv2DInputGradient(window, groups: groups, image: image)
        #expect(try isProduct(inputGradient, try convolution.resultTypes([x, weights]) + [weights]) == gradient)
    }

    private let counted = HostArray([2, 3, 4], (0..<24).map { Float($0) })

    @Test func axesAreTurnedCutJoinedAndPadded() throws {
        let results = try outputs([counted]) { graph, x in
            let slice = try graph.slice(x[0], axis: -1, 1..<4, step: 2)
            return [
                try graph.transpose(x[0], [2, 0, 1]), slice, try graph.concat([x[0], slice], axis: 2),
                try graph.pad(slice, before: [0, 1, 0], after: [0, 0, 1], with: -1), try graph.reverse(x[0], axes: [1]),
            ]
        }
        #expect(results[0].shape == [4, 2, 3] && results[0].floats.prefix(6) == [0, 4, 8, 12, 16, 20])
        #expect(results[1].floats == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23])
        #expect(results[2].shape == [2, 3, 6] && results[2].floats.prefix(6) == [0, 1, 2, 3, 1, 3])
        #expect(results[3].shape == [2, 4, 3] && results[3].floats.prefix(9) == [-1, -1, -1, 1, 3, -1, 5, 7, -1])
        #expect(results[4].floats.prefix(12) == [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3])
    }

    @Test func anyAxesAreReduced() throws {
        let results = try outputs([counted]) { graph, x in
            [
                try graph.reduce(.sum, x[0], axes: [0, 2]), try graph.reduce(.mean, x[0], axes: [-1, 0], keepsAxes: true),
                try graph.reduce(.minimum, x[0], axes: [1]), try graph.reduce(.maximum, x[0], axes: [0, 1, 2]),
            ]
        }
        #expect(results[0].floats == [60, 92, 124])
        #expect(results[1].shape == [1, 3, 1] && results[1].floats == [7.5, 11.5, 15.5])
        #expect(results[2].floats == [0, 1, 2, 3, 12, 13, 14, 15])
        #expect(results[3].floats == [23])
    }

    @Test func argmaxTakesTheFirstMaximumOrTheFirstNaN() throws {
        let x = HostArray([2, 4], [1, 3, 3, 0, 5, .nan, 7, .nan] as [Float])
        let results = try outputs([x]) { graph, x in
            [try graph.argmax(x[0]), try graph.argmax(x[0], axis: 0, keepsAxis: false)]
        }
        #expect(results[0].integers == [1, 1])
        #expect(results[1].integers == [1, 1, 1, 1])
    }

    @Test func equalExtremaShareTheGradient() throws {
        let x = HostArray([2, 4], [1, 3, 3, 0, 2, 2, 2, 2] as [Float])
        let results = try outputs([x]) { graph, x in
            let sum = try graph.reduce(.sum, try graph.reduce(.maximum, x[0], axes: [1]))
            let least = try graph.reduce(.sum, try graph.reduce(.minimum, x[0], axes: [1]))
            return [try graph.gradients(of: sum, for: x)[0]!, try graph.gradients(of: least, for: x)[0]!]
        }
        #expect(results[0].floats == [0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25])
        #expect(results[1].floats == [0, 0, 0, 1, 0.25, 0.25, 0.25, 0.25])
    }

    @Test func productsAreScaledAndAdded() throws {
        let (a, b) = (HostArray([1, 2], [1, 2] as [Float]), HostArray([2, 2], [1, 2, 3, 4] as [Float]))
        let c = HostArray([1, 2], [Float.nan, 10])
        let results = try outputs([a, b, c]) { graph, x in
            [
                try graph.matmul(x[0], x[1], alpha: 0.5, beta: 0, plus: x[2]),
                try graph.matmul(x[0], x[1], alpha: 0.5, beta: 2, plus: x[2]),
            ]
        }
        #expect(results[0].floats == [3.5, 5])
        #expect(results[1].floats[0].isNaN && results[1].floats[1] == 25)
    }

    @Test func softmaxOfRowsWithInfinities() throws {
        let x = HostArray([2, 3], [-Float.infinity, 1000, 1000, 3e38, -3e38, -.infinity] as [Float])
        let results = try outputs([x]) { graph, x in [try graph.softmax(x[0]), try graph.logSoftmax(x[0])] }
        #expect(results[0].floats == [0, 0.5, 0.5, 1, 0, 0])
        #expect(results[1].floats[0] == -.infinity && results[1].floats[3] == 0)
    }

    /// A batch costs what its rows do, however many the data have.
    @Test func gatheringCostsItsRowsAlone() throws {
        for (dtype, width) in [(DType.uint8, 1), (.float32, 4), (.int32, 4)] {
            let operands = [TensorType([60_000, 784], dtype), TensorType([64], .int32)]
            let cost = Gather().cost(operands, try Gather().resultTypes(operands))
            #expect(cost.bytes == 64 * (784 * (width + 4) + 4))
        }
    }

    @Test func aPaddingRowIsNotTrained() throws {
        let (table, indices) = (HostArray([3, 2], [1, 2, 3, 4, 5, 6] as [Float]), HostArray([2, 2], [2, 0, 2, 1] as [Int32]))
        for (padding, expected): (Int?, [Float]) in [
            (nil, [1, 1, 1, 1, 2, 2]), (0, [0, 0, 1, 1, 2, 2]), (1, [1, 1, 0, 0, 2, 2]), (-1, [1, 1, 1, 1, 0, 0]),
        ] {
            let results = try outputs([table, indices]) { graph, x in
                let rows = try graph.embedding(x[0], x[1], paddingIndex: padding)
                return [rows, try graph.gradients(of: try graph.reduce(.sum, rows), for: [x[0]])[0]!]
            }
            #expect(results[0].shape == [2, 2, 2] && results[0].floats == [5, 6, 1, 2, 5, 6, 3, 4])
            #expect(results[1].floats == expected)
        }
    }

    @Test func layersOfSequencesHaveTheUsualNames() throws {
        let model = try Model(input: [5]) {
            Embedding(20, 6, paddingIndex: 0)
            MartletNN.LayerNorm()
            Flatten()
            Linear(3)
        }
        #expect(model.outputShape == [3])
        #expect(model.variables.map(\.name) == ["0.weight", "1.weight", "1.bias", "3.weight", "3.bias"])
        #expect(model.variables.map(\.type.shape) == [[20, 6], [6], [6], [30, 3], [3]])
    }
}
