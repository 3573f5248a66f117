import CMartletCPU
import Testing

@Suite struct UpdateTests {
    private let segments = [
        martlet_segment(begin: 3, count: 70, rate_scale: 1, decay_scale: 1),
        martlet_segment(begin: 100, count: 1, rate_scale: 0.5, decay_scale: 0),
        martlet_segment(begin: 128, count: 40_000, rate_scale: 2, decay_scale: 0.5),
    ]
    private let size = 40_200

    private func scalars(_ step: inout martlet_step, _ values: [Float]) {
        withUnsafeMutableBytes(of: &step.scalars) { bytes in
            let slots = bytes.assumingMemoryBound(to: Float.self)
            for (slot, value) in values.enumerated() { slots[slot] = value }
        }
    }

    private struct Arena: Equatable {
        var parameters, first, second: [Float]
    }

    private func run(_ rule: String, _ arena: Arena, _ gradients: [Float], _ step: martlet_step, _ kernels: Kernels, _ pool: OpaquePointer) -> Arena {
        var arena = arena
        arena.parameters.withUnsafeMutableBufferPointer { parameters in
            arena.first.withUnsafeMutableBufferPointer { first in
                arena.second.withUnsafeMutableBufferPointer { second in
                    gradients.withUnsafeBufferPointer { gradients in
                        segments.withUnsafeBufferPointer { segments in
                            withUnsafePointer(to: step) { step in
                                rule.withCString { rule in
                                    var arguments = martlet_update_arguments(
                                        rule: rule, parameters: parameters.baseAddress, gradients: gradients.baseAddress,
                                        states: (first.baseAddress, second.baseAddress, nil),
                                        segments: segments.baseAddress, segment_count: segments.count, step: step)
                                    #expect(martlet_update(kernels, pool, &arguments))
                                }
                            }
                        }
                    }
                }
            }
        }
        return arena
    }

    @Test func adam() {
        var generator = Generator(state: 41)
        let arena = Arena(
            parameters: generator.ordinary(size), first: generator.ordinary(size), second: generator.ordinary(size).map(abs))
        let gradients = generator.values(size)
        var step = martlet_step()
        let s: [Float] = [1e-3, 1e-2, 0.9, 0.1, 0.999, 0.001, 1e-8, 1.5, 2.5]
        scalars(&step, s)
        var expected = arena
        for segment in segments {
            for i in segment.begin..<segment.begin + segment.count {
                let g = gradients[i].addingProduct(s[1] * segment.decay_scale, arena.parameters[i])
                let m = (s[3] * g).addingProduct(s[2], arena.first[i])
                let v = (s[5] * g * g).addingProduct(s[4], arena.second[i])
                (expected.first[i], expected.second[i]) = (m, v)
                let denominator = s[6].addingProduct(v.squareRoot(), s[8])
                expected.parameters[i].addProduct(-(s[0] * segment.rate_scale * s[7]), m / denominator)
            }
        }
        withPools { pool in
            for (name, kernels) in variants {
                let result = run("adam", arena, gradients, step, kernels, pool)
                #expect(sameBits(result.parameters, expected.parameters), "\(name)")
                #expect(sameBits(result.first, expected.first), "\(name)")
                #expect(sameBits(result.second, expected.second), "\(name)")
            }
        }
    }

    /// Whatever the rule: the same bits from every variant.
    @Test(arguments: ["sgd", "momentum", "nesterov", "lion", "adam", "adamw", "adamax", "nadam"]) func rulesAgreeBetweenVariants(rule: String) {
        var generator = Generator(state: 42)
        let arena = Arena(
            parameters: generator.ordinary(size), first: generator.ordinary(size), second: generator.ordinary(size).map(abs))
        let gradients = generator.values(size)
        var step = martlet_step()
        scalars(&step, [1e-3, 1e-2, 0.9, 0.1, 0.999, 0.001, 1e-8, 1.5, 2.5])
        let one = martlet_pool_create(1)!
        defer { martlet_pool_destroy(one) }
        let expected = run(rule, arena, gradients, step, baseline, one)
        #expect(expected.parameters != arena.parameters)
        #expect(expected.parameters[0..<3] == arena.parameters[0..<3])
        withPools { pool in
            for (name, kernels) in variants {
                let result = run(rule, arena, gradients, step, kernels, pool)
                #expect(sameBits(result.parameters, expected.parameters), "\(name)")
                #expect(sameBits(result.first, expected.first), "\(name)")
                #expect(sameBits(result.second, expected.second), "\(name)")
            }
        }
    }

    @Test func unknownRules() {
        #expect(martlet_update_states("no such rule") == -1)
        #expect(martlet_update_states("adam") == 2)
    }
}
