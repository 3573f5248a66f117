import ArgumentParser

enum Seed {
    /// Reads a seed, and says what one is where the text is none.
    static func parse(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else { throw ValidationError("a seed is a whole number from 0 to \(UInt64.max)") }
        return seed
    }
}
