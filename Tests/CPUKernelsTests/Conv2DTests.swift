import CMartletCPU
import Testing

/// One convolution and its gradients, against naive loops in the order of the numerics contract.
private struct Convolution: CustomStringConvertible {
    var images = 2, channels: Int, outputs: Int, groups = 1
    var height: Axis, width: Axis
    var segmentImages = 1

    struct Axis: CustomStringConvertible {
        var extent: Int, size: Int, stride = 1, dilation = 1, before = 0, after = 0

        var places: Int { (before + extent + after - dilation * (size - 1) - 1) / stride + 1 }
        var raw: martlet_window_axis {
            martlet_window_axis(extent: extent, places: places, size: size, stride: stride, dilation: dilation, before: before)
        }
        /// The element that a tap reads, nil where it is padding.
        func element(_ place: Int, _ tap: Int) -> Int? {
            let element = place * stride + tap * dilation - before
            return (0..<extent).contains(element) ? element : nil
        }
        var description: String { "\(extent) by \(size), stride \(stride), dilation \(dilation), padding \(before)+\(after)" }
    }

    var groupChannels: Int { channels / groups }
    var groupOutputs: Int { outputs / groups }
    var inputCount: Int { images * height.extent * width.extent * channels }
    var resultCount: Int { images * height.places * width.places * outputs }
    var weightCount: Int { height.size * width.size * groupChannels * outputs }
    var description: String { "\(images) x \(channels) to \(outputs) in \(groups) groups, (\(height)) x (\(width)), segments of \(segmentImages)" }

    func input(_ n: Int, _ h: Int, _ w: Int, _ c: Int) -> Int { ((n * height.extent + h) * width.extent + w) * channels + c }
    func result(_ n: Int, _ h: Int, _ w: Int, _ o: Int) -> Int { ((n * height.places + h) * width.places + w) * outputs + o }
    func weight(_ i: Int, _ j: Int, _ c: Int, _ o: Int) -> Int { ((i * width.size + j) * groupChannels + c) * outputs + o }

    func naive(_ pass: martlet_conv2d_pass, _ first: [Float], _ second: [Float]) -> [Float] {
        switch pass {
        case MARTLET_CONV2D_FORWARD: forward(first, second)
        case MARTLET_CONV2D_INPUT_GRADIENT: inputGradient(first, second)
        default: weightGradient(first, second)
        }
    }

    private func forward(_ x: [Float], _ weights: [Float]) -> [Float] {
        var y = [Float](repeating: 0, count: resultCount)
        for n in 0..<images {
            for row in 0..<height.places {
                for column in 0..<width.places {
                    for o in 0..<outputs {
                        var sum: Float = 0
                        for i in 0..<height.size {
                            guard let h = height.element(row, i) else { continue }
                            for j in 0..<width.size {
                                guard let w = width.element(column, j) else { continue }
                                for c in 0..<groupChannels {
                                    sum.addProduct(x[input(n, h, w, o / groupOutputs * groupChannels + c)], weights[weight(i, j, c, o)])
                                }
                            }
                        }
                        y[result(n, row, column, o)] = sum
                    }
                }
            }
        }
        return y
    }

    /// Places in increasing order, whatever taps they read by.
    private func inputGradient(_ dy: [Float], _ weights: [Float]) -> [Float] {
        var dx = [Float](repeating: 0, count: inputCount)
        for n in 0..<images {
            for row in 0..<height.places {
                for column in 0..<width.places {
                    for i in 0..<height.size {
                        guard let h = height.element(row, i) else { continue }
                        for j in 0..<width.size {
                            guard let w = width.element(column, j) else { continue }
                            for o in 0..<outputs {
                                for c in 0..<groupChannels {
                                    dx[input(n, h, w, o / groupOutputs * groupChannels + c)]
                                        .addProduct(dy[result(n, row, column, o)], weights[weight(i, j, c, o)])
                                }
                            }
                        }
                    }
                }
            }
        }
        return dx
    }

    private func weightGradient(_ x: [Float], _ dy: [Float]) -> [Float] {
        var total = [Float](repeating: 0, count: weightCount)
        for segment in stride(from: 0, to: images, by: segmentImages) {
            var sums = [Float](repeating: 0, count: weightCount)
            for n in segment ..< min(segment + segmentImages, images) {
                for row in 0..<height.places {
                    for column in 0..<width.places {
                        for i in 0..<height.size {
                            guard let h = height.element(row, i) else { continue }
                            for j in 0..<width.size {
                                guard let w = width.element(column, j) else { continue }
                                for o in 0..<outputs {
                                    for c in 0..<groupChannels {
                                        sums[weight(i, j, c, o)].addProduct(
                                            x[input(n, h, w, o / groupOutputs * groupChannels + c)], dy[result(n, row, column, o)])
                                    }
                                }
                            }
                        }
                    }
                }
            }
            for index in total.indices { total[index] = segment == 0 ? sums[index] : total[index] + sums[index] }
        }
        return total
    }

    /// In memory of exactly the size that was asked for, with canaries behind it.
    func run(_ pass: martlet_conv2d_pass, _ kernels: Kernels, _ pool: OpaquePointer, _ first: [Float], _ second: [Float], epilogue: Bool) -> [Float] {
        var arguments = martlet_conv2d_arguments()
        arguments.pass = pass
        (arguments.images, arguments.channels, arguments.output_channels, arguments.groups) = (images, channels, outputs, groups)
        arguments.window = martlet_window2d(height: height.raw, width: width.raw)
        arguments.segment_images = segmentImages
        let count = pass == MARTLET_CONV2D_FORWARD ? resultCount : pass == MARTLET_CONV2D_INPUT_GRADIENT ? inputCount : weightCount
        var out = [Float](repeating: .nan, count: count)
        if epilogue {
            // A value of its own for each row and column, once.
            arguments.epilogue = { _, row, rows, column, columns, values, stride, _ in
                for i in 0..<rows {
                    for j in 0..<columns { values![i * stride + j] += Float(row + i) - Float(column + j) }
                }
            }
        }
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                out.withUnsafeMutableBufferPointer { out in
                    switch pass {
                    case MARTLET_CONV2D_FORWARD: (arguments.x, arguments.weights, arguments.y) = (first.baseAddress, second.baseAddress, out.baseAddress)
                    case MARTLET_CONV2D_INPUT_GRADIENT:
                        (arguments.dy, arguments.weights, arguments.dx) = (first.baseAddress, second.baseAddress, out.baseAddress)
                    default: (arguments.x, arguments.dy, arguments.dweights) = (first.baseAddress, second.baseAddress, out.baseAddress)
                    }
                    let bytes = martlet_conv2d_scratch_bytes(kernels, &arguments, martlet_pool_threads(pool))
                    withScratch(bytes + 256) { scratch in
                        (scratch + bytes).initializeMemory(as: UInt8.self, repeating: 0xA5, count: 256)
                        arguments.scratch = scratch
                        martlet_conv2d(kernels, pool, &arguments)
                        #expect((0..<256).allSatisfy { scratch.load(fromByteOffset: bytes + $0, as: UInt8.self) == 0xA5 }, "\(self): scratch")
                    }
                }
            }
        }
        return out
    }

    /// Every variant (each has tiles of its own) and number of threads gives the bits of the naive loops.
    func check(seed: UInt64, baselineToo: Bool = true) {
        var generator = Generator(state: seed)
        let x = generator.ordinary(inputCount), weights = generator.ordinary(weightCount), dy = generator.ordinary(resultCount)
        let passes = [
            (MARTLET_CONV2D_FORWARD, x, weights), (MARTLET_CONV2D_INPUT_GRADIENT, dy, weights), (MARTLET_CONV2D_WEIGHT_GRADIENT, x, dy),
        ]
        for (pass, first, second) in passes {
            let epilogue = pass != MARTLET_CONV2D_WEIGHT_GRADIENT && seed % 2 == 0
            let columns = pass == MARTLET_CONV2D_FORWARD ? outputs : channels
            var expected = naive(pass, first, second)
            if epilogue {
                for index in expected.indices { expected[index] += Float(index / columns) - Float(index % columns) }
            }
            withPools { pool in
                for (name, kernels) in variants where baselineToo || name != "baseline" {
                    let got = run(pass, kernels, pool, first, second, epilogue: epilogue)
                    #expect(sameBits(got, expected), "\(self), pass \(pass.rawValue), \(name), \(martlet_pool_threads(pool)) threads")
                }
            }
        }
    }
}

@Suite struct Conv2DTests {
    private typealias Axis = Convolution.Axis

    @Test func theNetworksOfEveryBook() {
        let shapes: [(extent: Int, channels: Int, outputs: Int, size: Int, stride: Int, padding: Int)] = [
            (28, 1, 6, 5, 1, 2), (14, 6, 16, 5, 1, 0), (32, 3, 16, 3, 1, 1), (16, 16, 32, 3, 2, 1), (16, 16, 32, 1, 2, 0), (8, 64, 64, 3, 1, 1),
            (4, 33, 65, 3, 1, 1), (1, 64, 40, 1, 1, 0), (2, 17, 100, 2, 1, 0), (30, 3, 8, 11, 4, 2), (5, 256, 48, 3, 1, 1),
        ]
        for (seed, s) in shapes.enumerated() {
            let axis = Axis(extent: s.extent, size: s.size, stride: s.stride, before: s.padding, after: s.padding)
            Convolution(images: 3, channels: s.channels, outputs: s.outputs, height: axis, width: axis, segmentImages: 2)
                .check(seed: UInt64(seed), baselineToo: s.channels < 100)
        }
    }

    @Test func depthwise() {
        for (seed, channels) in [2, 5, 16, 17, 33, 70].enumerated() {
            Convolution(
                images: 3, channels: channels, outputs: channels, groups: channels,
                height: Axis(extent: 9, size: 3, stride: 1 + seed % 3, before: 1, after: 1),
                width: Axis(extent: 19, size: seed % 2 == 0 ? 3 : 6, stride: 1 + seed % 2, dilation: 1 + seed / 4, before: 2, after: 1),
                segmentImages: 1 + seed % 2
            ).check(seed: UInt64(seed))
        }
    }

    /// More runs of k than a tile takes at once, and more rows than a band holds.
    @Test func longListsAndTallImages() {
        Convolution(
            images: 1, channels: 2, outputs: 3, height: Axis(extent: 12, size: 9, dilation: 1, before: 4, after: 4),
            width: Axis(extent: 24, size: 9, dilation: 2, before: 8, after: 8)
        ).check(seed: 1)
        Convolution(
            images: 2, channels: 48, outputs: 20, height: Axis(extent: 70, size: 3, stride: 2, before: 1, after: 1),
            width: Axis(extent: 40, size: 3, before: 1, after: 1), segmentImages: 2
        ).check(seed: 2, baselineToo: false)
        Convolution(
            images: 1, channels: 1, outputs: 2, height: Axis(extent: 150, size: 2), width: Axis(extent: 1, size: 1)
        ).check(seed: 3)
    }

    /// Taps outside the image at both ends of rows, of one pixel to many tiles.
    @Test func columnsOutside() {
        for (seed, extent) in [1, 2, 3, 5, 8, 13, 17, 26, 61, 130].enumerated() {
            let size = 3 + 2 * (seed % 2)
            Convolution(
                images: 2, channels: 8 + seed % 3, outputs: [8, 17, 40, 70][seed % 4], height: Axis(extent: 4, size: 3, before: 1, after: 2),
                width: Axis(extent: extent, size: size, stride: 1 + seed / 4 % 2, before: 2, after: 1 + seed % 2)
            ).check(seed: UInt64(seed))
        }
        Convolution(
            images: 1, channels: 8, outputs: 5, height: Axis(extent: 2, size: 2, before: 1, after: 1),
            width: Axis(extent: 80, size: 70, before: 2, after: 2)
        ).check(seed: 20)
    }

    /// So few channels are written that lanes are pixels.
    @Test func fewChannelsWritten() {
        for few in 1...9 {
            for (seed, extent) in [5, 14, 28, 37].enumerated() {
                let height = Axis(extent: 3 + few, size: 1 + seed, stride: 1 + few % 2, before: seed % 3, after: 1)
                let width = Axis(extent: extent, size: 1 + few % 5, dilation: 1 + seed % 2, before: few % 3, after: seed)
                Convolution(images: 2, channels: 1 + 9 * seed, outputs: few, height: height, width: width).check(seed: UInt64(seed))
                var dense = height
                dense.stride = 1
                Convolution(images: 2, channels: few, outputs: 1 + 9 * seed, height: dense, width: width).check(seed: UInt64(few))
            }
        }
    }

    /// Rows of the kernel so short that the weights' gradient takes several of them together.
    @Test func shortRowsOfTheKernel() {
        for (seed, size) in [1, 2, 3, 4, 5, 7].enumerated() {
            for rows in 1...7 {
                Convolution(
                    images: 3, channels: 1 + (rows + seed) % 2, outputs: [6, 16, 33][rows % 3],
                    height: Axis(extent: 8 + rows, size: rows, stride: 1 + seed % 2, dilation: 1 + rows % 2, before: rows % 3, after: seed % 4),
                    width: Axis(extent: 11, size: size, stride: 1 + rows / 4, before: seed % 3, after: rows % 2), segmentImages: 2
                ).check(seed: UInt64(rows))
            }
        }
        // More rows of places than are done at a time.
        let tall = Axis(extent: 70, size: 3, before: 1, after: 1)
        Convolution(images: 2, channels: 1, outputs: 20, height: tall, width: tall, segmentImages: 2).check(seed: 9)
    }

    @Test func nothingToDo() {
        let axis = Axis(extent: 4, size: 3, before: 1, after: 1)
        Convolution(images: 0, channels: 2, outputs: 3, height: axis, width: axis).check(seed: 1)
        let point = Axis(extent: 4, size: 1)
        Convolution(images: 0, channels: 2, outputs: 3, height: point, width: point).check(seed: 2)
    }

    @Test func randomConvolutions() {
        var generator = Generator(state: 11)
        func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        func axis() -> Axis {
            let (size, dilation) = (random(1...5), random(1...3))
            let (before, after) = (random(0...3), random(0...3))
            let least = max(1, dilation * (size - 1) + 1 - before - after)
            return Axis(extent: least + random(0...14), size: size, stride: random(1...4), dilation: dilation, before: before, after: after)
        }
        for seed: UInt64 in 0..<150 {
            let groups = [1, 1, 1, 2, 3, 5][random(0...5)]
            Convolution(
                images: random(1...4), channels: groups * random(1...20), outputs: groups * random(1...40), groups: groups,
                height: axis(), width: axis(), segmentImages: random(1...5)
            ).check(seed: seed, baselineToo: seed % 10 == 0)
        }
    }
}
