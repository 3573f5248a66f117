import FoundationEssentials
import MartletFormats

/// Codable values as the JSON text that travels in file metadata.
package enum JSONText {
    /// One line with sorted keys, so that equal values give equal text.
    package static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Every value given here is made of numbers, texts and lists.
        guard let data = try? encoder.encode(value) else { preconditionFailure("a value without JSON form: \(value)") }
        return String(decoding: data, as: UTF8.self)
    }

    /// - Throws: `damaged`, naming the field and what is wrong with it.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, _ text: String, field: String, path: String, registry: Registry = .standard
    ) throws(FormatError) -> Value {
        do {
            return try decode(type, Array(text.utf8), registry: registry)
        } catch let error as DecodingError {
            throw .damaged(path: path, reason: "its field '\(field)' cannot be read: \(explain(error))")
        } catch {
            throw .damaged(path: path, reason: "its field '\(field)' cannot be read: \(error)")
        }
    }

    /// - Throws: `DecodingError`, or what the type throws.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, _ text: [UInt8], registry: Registry = .standard
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.userInfo = registry.userInfo
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(text))
    }

    package static func explain(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(context.debugDescription)\(place(context.codingPath))"
        case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing\(place(context.codingPath))"
        @unknown default: "\(error)"
        }
    }
    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "" : " (at \(path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")))"
    }
}

extension JSONValue {
    /// A codable value as JSON.
    public init(encoding value: some Encodable) throws(FormatError) {
        try self.init(parsing: JSONText.encode(value).utf8, path: "a value")
    }
}
