import CMartletCPU
import Testing

@Suite struct VariantTests {
    @Test func baselineIsEverywhere() {
        #expect(martlet_cpu_variant("baseline") != nil)
        #expect(martlet_cpu_variant("none") == nil)
        #expect(variants.contains { $0.kernels == martlet_cpu_best() })
    }

    @Test func namesAreTheirOwn() {
        for (name, kernels) in variants { #expect(String(cString: martlet_cpu_variant_name(kernels)) == name) }
    }

    /// (1 + e)^2 - (1 + 2e) is e^2 when rounded once, and 0 when the product is rounded first.
    @Test func contractionIsOff() {
        let e: Float = 0x1p-12
        #expect((-(1 + 2 * e)).addingProduct(1 + e, 1 + e) == e * e)
        for (name, kernels) in variants {
            #expect(martlet_cpu_multiply_then_add(kernels, 1 + e, 1 + e, -(1 + 2 * e)) == 0, "\(name)")
        }
    }
}
