import MartletCompute
import Testing

/// Whatever a method is given, it returns or throws an error with words.
@Suite struct BadInputTests {
    @Test func nothingTraps() throws {
        let device = try ComputeDevice(.cpu, threads: 1)
        var tensors = try ([[], [0], [4], [2, 3], [0, 3], [2, 3, 4], [1, 4, 4, 2], [2, 2, 2, 3]] as [Shape]).map {
            try Tensor.full($0, 1, on: device)
        }
        tensors.append(try Tensor(integers: [0, 1, 2, -7], on: device))
        tensors.append(try Tensor(bytes: [1, 2, 3, 4, 5, 6], shape: [2, 3], on: device))
        var successes = 0
        func attempt(_ body: () throws -> Tensor) {
            do {
                let result = try body()
                if result.elementCount < 1 << 16 { _ = try result.hostArray() }
                successes += 1
            } catch {
                #expect(error is ComputeError && !"\(error)".isEmpty)
            }
        }
        for x in tensors {
            for number in [0, 1, -1, 2, -3, 4, 64, 1 << 28, 1 << 31, 1 << 40, 1 << 62, .max, .min] {
                for body in calls(x, number, device) { attempt(body) }
                for weights in tensors where weights.rank == 4 {
                    for body in convolutions(x, weights, number) { attempt(body) }
                }
            }
            for y in tensors { for body in calls(x, y) { attempt(body) } }
        }
        #expect(successes > 2000)
    }

    @Test func emptyListsAreErrors() throws {
        let x = try Tensor([1], on: ComputeDevice(.cpu))
        for body: () throws -> Any in [
            { try Tensor.pointwise([]) { e in e.constant(1) } }, { try Tensor.record([]) { _, _ in [] } },
            { try Tensor.concat([]) }, { try Tensor.stack([]) }, { try Tensor.apply(.relu) },
            { try compile { (a: [Tensor]) throws(ComputeError) in a }([]) },
            { try compile { (_: [Tensor]) throws(ComputeError) in [] }([x]) },
            { try gradient(of: { (a: [Tensor]) throws(ComputeError) in a[0] })([]) },
            { try gradient(of: { (a: [Tensor]) throws(ComputeError) in a[0] }, by: [1, -1])([x]) },
        ] {
            #expect(throws: ComputeError.self) { _ = try body() }
        }
    }

    private func calls(_ x: Tensor, _ n: Int, _ device: ComputeDevice) -> [() throws -> Tensor] {
        let range = min(0, n)..<max(0, n)
        return [
            { try x.sum(axes: [n]) }, { try x.sum(axes: [0, n], keepsAxes: true) }, { try x.variance(axes: [n]) },
            { try x.argmax(axis: n) }, { try x.softmax(axis: n) }, { try x.logSoftmax(axis: n) },
            { try x.reshape([n]) }, { try x.reshape([n, n]) }, { try x.reshape([0 &- n, 0 &- n]) }, { try x.transpose([n, 0]) },
            { try x.slice([range]) }, { try x.slice([0..<2], steps: [n]) }, { try x.slice(axis: n, 0..<1) },
            { try x.slice(axis: 0, 0..<1, step: n) }, { try x.slice(axis: -1, range, step: 2) }, { try x.reverse(axes: [n]) },
            { try x.pad(before: x.shape.extents.map { _ in n }, after: x.shape.extents.map { _ in n }) },
            { try x.pad(before: [n], after: [0]) }, { try x.broadcast(to: [n]) },
            { try x.broadcast(to: Shape([n] + x.shape.extents)) }, { try Tensor.concat([x, x], axis: n) },
            { try Tensor.stack([x, x], axis: n) }, { try x.oneHot(classes: n) }, { try x.layerNorm(axes: n) },
            { try x.maxPool2D(Size2D(n, 1)) }, { try x.maxPool2D(2, stride: Size2D(n, n)) },
            { try x.maxPool2D(2, padding: .symmetric(Size2D(n, n))) },
            { try x.maxPool2D(2, padding: .same, dilation: Size2D(n, n), ceilMode: true) }, { try x.averagePool2D(Size2D(n, n)) },
            { try x.averagePool2D(2, padding: .sides(top: n, bottom: 0, left: 0, right: n)) },
            { try x.averagePool2D(2, divisor: n) }, { try x.adaptiveAveragePool2D(Size2D(n, n)) },
            { _ = try x.item(at: n, n); return x }, { try Tensor.full([n, n, n], 1, on: device) },
            { try Tensor.full([0, n], 1, on: device) }, { try Tensor([1, 2], shape: [n, n], on: device) },
            { try Tensor([], shape: [0, n], on: device) }, { try Tensor.iota(min(n, 1 << 24), on: device) },
            { try [UInt8](repeating: 0, count: 8).withUnsafeBytes { try Tensor(copying: $0, TensorType([n, n]), on: device) } },
        ]
    }

    private func convolutions(_ x: Tensor, _ weights: Tensor, _ n: Int) -> [() throws -> Tensor] {
        [
            { try x.conv2D(weights, groups: n) }, { try x.conv2D(weights, stride: Size2D(n, n), padding: .same) },
            { try x.conv2D(weights, padding: .symmetric(Size2D(n, n))) },
            { try x.conv2D(weights, padding: .same, dilation: Size2D(n, n)) },
        ]
    }

    private func calls(_ x: Tensor, _ y: Tensor) -> [() throws -> Tensor] {
        [
            { try x • y }, { try x.matmul(y, transposeA: true, transposeB: true) }, { try x + y }, { try x.gather(y) },
            { try x.embedding(y, paddingIndex: -9) }, { try x.crossEntropy(y) }, { try x.crossEntropy(softTargets: y) },
            { try x.matchesTopClass(y) }, { try x.binaryCrossEntropy(y) }, { try Tensor.where(x, y, x) }, { try x.multiplyAdd(y, y) },
            { try x.batchNorm(gamma: y, beta: y).result }, { try x.layerNorm(gamma: y, beta: y) }, { try x.conv2D(y, bias: y) },
            { try Tensor.concat([x, y]) }, { try Tensor.stack([x, y]) }, { try Tensor.apply(.relu, x, y) },
            { try gradient(of: { (a: [Tensor]) throws(ComputeError) in try a[0] * a[1] })([x, y])[0] },
            { try Tensor.pointwise([x, y]) { e in e.apply(.add, e.operand(0), e.operand(5)) } },
            { try x.activation("softplus", ["beta": .nan]) }, { try x.dropout(rate: .nan, seed: 0) }, { try x.huber(delta: .nan) },
            { try x.globalMaxPool2D() }, { try x.globalAveragePool2D() }, { try x.channelsLast() },
            { try Tensor.apply(.runningSum(columns: 3), [x])[0] },
        ]
    }
}
