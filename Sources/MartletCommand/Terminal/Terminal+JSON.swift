import Martlet

extension Terminal {
    /// One object on a line of stdout.
    static func result(_ members: [JSONValue.Member]) { result("\(JSONValue.object(members))") }
}
