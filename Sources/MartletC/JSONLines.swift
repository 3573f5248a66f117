import Martlet

extension [JSONValue] {
    /// One value a line.
    var lines: String { map { "\($0)\n" }.joined() }
}
