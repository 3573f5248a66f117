import MartletCore
import MartletOps

/// A field of a layer's description: the layer's property, read and written under a name.
public struct LayerField<Description: Layer> {
    let name: String
    let isRequired: Bool
    let form: String
    /// Takes the value from a description that has the field.
    let read: (inout Description, KeyedDecodingContainer<FieldName>) throws -> Void
    /// Nil where the layer has the value of a layer that says nothing of it.
    let write: (Description) -> (any Encodable)?
    /// What was found, where the layer has a value that it cannot have.
    let refusal: (Description) -> String?

    /// - Parameters:
    ///   - range: the values that the field may have; nil for all of its type.
    ///   - isRequired: whether a description must have it; otherwise it is that of `Layer.standard` where it is left out.
    public init<Value: FieldValue>(
        _ name: String, _ property: WritableKeyPath<Description, Value>, _ range: FieldRange<Value>? = nil, isRequired: Bool = false
    ) {
        self.name = name
        self.isRequired = isRequired
        form = range?.form ?? Value.form
        refusal = { layer in range?.refusal(layer[keyPath: property]) }
        read = { layer, container in layer[keyPath: property] = try container.decode(Value.self, forKey: FieldName(name)) }
        write = { layer in
            let value = layer[keyPath: property]
            return isRequired || value != Description.standard[keyPath: property] ? value : nil
        }
    }
}

/// The name of a field.
struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

extension Layer {
    package static var fieldNames: [String] { fields.map(\.name) }

    /// Writes every field that is not as usual.
    func writeFields(to container: inout KeyedEncodingContainer<FieldName>) throws {
        for field in Self.fields {
            if let value = field.write(self) { try container.encode(value, forKey: FieldName(field.name)) }
        }
    }

    /// - Parameters:
    ///   - layer: what messages call it.
    ///   - common: fields that every layer has, which are read elsewhere.
    /// - Throws: `DecodingError` for an unknown field, one that is missing, and one of a wrong type, each by name.
    init(readingFieldsOf container: KeyedDecodingContainer<FieldName>, layer: String, common: [String]) throws {
        self = Self.standard
        func refuse(_ problem: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: [], debugDescription: "layer '\(layer)' (\(Self.kind)): \(problem)"))
        }
        let known = Self.fieldNames
        for key in container.allKeys.map(\.stringValue).sorted() where !known.contains(key) && !common.contains(key) {
            guard !known.isEmpty else { throw refuse("unknown field '\(key)'; it has none but \(common.joined(separator: ", "))") }
            throw refuse(unknownName("field", key, known: known))
        }
        for field in Self.fields {
            guard container.contains(FieldName(field.name)) else {
                if field.isRequired { throw refuse("the field '\(field.name)' is missing; it takes \(field.form)") }
                continue
            }
            do {
                try field.read(&self, container)
            } catch {
                // Of whatever kind: a fraction for a whole number is no DecodingError.
                throw refuse("the field '\(field.name)' takes \(field.form), and found \(container.describe(FieldName(field.name)))")
            }
            if let found = field.refusal(self) { throw refuse("the field '\(field.name)' takes \(field.form), and found \(found)") }
        }
    }

    /// - Throws: where a field has a value that it cannot have; `name` is what messages call the layer.
    func checkFields(name: String) throws(ShapeError) {
        for field in Self.fields {
            guard let found = field.refusal(self) else { continue }
            throw ShapeError(name, expected: "\(field.name) to be \(field.form)", value: found)
        }
    }
}

extension KeyedDecodingContainer {
    /// A value of unknown type in a few words.
    func describe(_ key: Key) -> String {
        if (try? decodeNil(forKey: key)) == true { return "null" }
        if let value = try? decode(Bool.self, forKey: key) { return "\(value)" }
        if let value = try? decode(Int.self, forKey: key) { return "\(value)" }
        if let value = try? decode(Double.self, forKey: key) { return "\(value)" }
        if let value = try? decode(String.self, forKey: key) { return "'\(value)'" }
        if (try? nestedUnkeyedContainer(forKey: key)) != nil { return "a list" }
        let names = (try? nestedContainer(keyedBy: FieldName.self, forKey: key))?.allKeys.map { "'\($0.stringValue)'" }.sorted() ?? []
        return names.isEmpty ? "an empty object" : "an object with \(names.joined(separator: " and "))"
    }
}
