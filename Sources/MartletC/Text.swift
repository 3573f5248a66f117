import CMartlet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a call leaves text for its caller.
public typealias TextResult = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Leaves text that the caller frees.
func give(to result: TextResult?, _ body: () throws -> String) throws {
    let result = try required(result, "the place for the text")
    result.pointee = nil
    guard let copy = strdup(try body()) else { throw CallError.usage("there is no memory for the text") }
    result.pointee = copy
}

@c @implementation
public func martlet_text_free(_ text: UnsafeMutablePointer<CChar>?) { free(text) }
