import CMartlet

/// Runs the work of a call: whatever it throws becomes a status, and the message of `martlet_last_error()`.
func call(_ body: () throws -> Void) -> martlet_status {
    do {
        try body()
        return MARTLET_OK
    } catch {
        martlet_set_last_error(message(of: error))
        return status(of: error)
    }
}

/// What is wrong with a call itself.
enum CallError: Error {
    case usage(String)
    case data(String)

    static func expected(_ expected: String, found: String, of what: String) -> CallError {
        .usage("\(what): expected \(expected), found \(found)")
    }
}

/// An argument that must not be NULL.
func required<T>(_ argument: T?, _ name: String) throws -> T {
    guard let argument else { throw CallError.usage("\(name): expected memory of yours, found NULL") }
    return argument
}

/// Text of the caller that must not be NULL.
func text(_ argument: UnsafePointer<CChar>?, _ name: String) throws -> String {
    String(cString: try required(argument, name))
}
