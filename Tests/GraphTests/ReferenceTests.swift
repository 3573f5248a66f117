import Foundation
import MartletBackend
import MartletConformance
import MartletFormats
import MartletOps
import TestSupport
import Testing

/// The reference vectors of pointwise functions, optimizers and initialisers, on the CPU path and on every OpenCL device.
@Suite(.enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"))
struct ReferenceTests {
    static let devices: [any Device] = [ConformanceTests.cpu[1]] + ConformanceTests.openCL

    private func check(_ group: String, _ run: (ReferenceCase, any Device) throws -> [String: [Float]]?) throws {
        for test in try ReferenceSuite.read(Shared.path("reference"), groups: [group]).cases {
            for device in Self.devices {
                guard let outputs = try run(test, device) else {
                    Issue.record("\(test) is unsupported")
                    continue
                }
                for (name, expected) in test.outputs {
                    let comparison = expected.compare(outputs[name] ?? [])
                    #expect(comparison.isWithin, "\(test) \(name) on \(device.name): \(comparison)")
                }
            }
        }
    }

    @Test func activations() throws { try check("activations") { try runActivationCase($0, on: $1) } }
    @Test func optimizers() throws { try check("optimizers") { try runOptimizerCase($0, on: $1) } }

    @Test func initialisers() throws {
        for test in try ReferenceSuite.read(Shared.path("reference"), groups: ["initialisers"]).cases {
            for device in Self.devices {
                guard let weights = try runInitialiserCase(test, on: device)?["w"] else {
                    Issue.record("\(test) is unsupported")
                    continue
                }
                let problem = try #require(test.statistics).compare(weights).problem
                #expect(problem == nil, "\(test) on \(device.name): \(problem ?? "")")
            }
        }
    }
}

/// What the optimizers' scalars are computed with.
@Suite struct HostPowersTests {
    @Test func exponentialIsAccurate() {
        var worst = 0.0
        for step in 0...60_000 {
            let x = -Double(step) * 0.0101
            let expected = exp(x)
            worst = max(worst, (exponential(x) - expected).magnitude / expected.ulp)
        }
        #expect(worst <= 2, "\(worst) ulp")
        #expect(exponential(0) == 1)
        #expect(exponential(-1e9) == 0)
        #expect(exponential(.nan).isNaN)
    }

    /// NAdam's product of many factors is cut where it no longer matters.
    @Test func scalarsStayFinite() {
        for rule in OptimizerRule.all {
            for iteration in [1, 2, 10, 1000, 1_000_000, 2_000_000_000] {
                let scalars = rule.scalars(iteration, 0.01, rule.settings.map(\.value))
                #expect(scalars.count <= StepParameters.scalarCount - 2)
                #expect(scalars.allSatisfy { Float($0).isFinite }, "\(rule.name) at \(iteration): \(scalars)")
            }
        }
    }
}
