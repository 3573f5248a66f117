import MartletFormats
import Testing

/// Expects a `FormatError` whose message names the path and says what the parts say.
public func expectError(
    naming path: String, _ parts: String..., exitCode: Int32 = 65, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    let error = #expect(throws: FormatError.self, sourceLocation: sourceLocation, performing: body)
    guard let error else { return }
    for part in [path] + parts where !part.isEmpty {
        #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
    }
    #expect(error.exitCode == exitCode, sourceLocation: sourceLocation)
    #expect(error.isOutput == (exitCode == 73), sourceLocation: sourceLocation)
}
