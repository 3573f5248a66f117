import MartletCore
import Testing

@Suite struct NamePatternTests {
    @Test(arguments: [
        ("0.weight", "0.weight", []), ("features.*", "features.0.weight", ["0.weight"]), ("*", "", [""]), ("*", "a.b", ["a.b"]),
        ("*.bias", "0.bias", ["0"]), ("a*b*c", "axbybzc", ["x", "ybz"]), ("**", "ab", ["", "ab"]), ("a*a", "aa", [""]),
    ] as [(String, String, [String])])
    func matching(pattern: String, name: String, captures: [String]) {
        #expect(NamePattern(pattern).captures(name) == captures)
        #expect(NamePattern(pattern).filled(with: captures) == name)
    }

    @Test(arguments: [("0.weight", "10.weight"), ("features.*", "feature.0"), ("a*a", "a"), ("*.bias", "bias"), ("a*b*c", "acb"), ("", "a")])
    func refusing(pattern: String, name: String) {
        #expect(!NamePattern(pattern).matches(name))
    }
}
