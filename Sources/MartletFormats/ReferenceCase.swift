import MartletCore

/// One case of a `ReferenceSuite`.
public struct ReferenceCase: Sendable, CustomStringConvertible {
    /// The name of its group.
    public let group: String
    /// The name within the group.
    public let id: String
    /// What is computed; runners go by it and by `attrs`.
    public let op: String
    /// The parameters of the operation.
    public let attrs: JSONValue
    /// What is particular to the case.
    public let note: String?
    /// By the names that the case gives them.
    public let inputs: [String: HostArray]
    /// By the names that the case gives them, with their tolerances.
    public let outputs: [String: ReferenceOutput]
    /// Of weights `w` that are drawn at random; nil where elements are expected.
    public let statistics: ReferenceStatistics?
    /// The case as the file has it, with the members that only some groups have (`expected`, `eval_accuracy`).
    public let source: JSONValue

    public var description: String { "\(group)/\(id)" }

    init(
        _ source: JSONValue, group: String, _ tensors: SafeTensors, path: String, tensorFile: String
    ) throws(FormatError) {
        guard let id = source["id"]?.string, let op = source["op"]?.string else {
            throw .badField(path: path, field: "cases", expected: "an 'id' and an 'op' for each")
        }
        self.source = source
        self.group = group
        self.id = id
        self.op = op
        attrs = source["attrs"] ?? [:]
        note = source["note"]?.string

        var inputs: [String: HostArray] = [:]
        for member in source["inputs"]?.members ?? [] {
            guard let name = member.value.string else {
                throw .badField(path: path, field: "\(id).inputs.\(member.name)", expected: "the name of a tensor")
            }
            inputs[member.name] = try tensors.required(name, path: tensorFile)
        }
        self.inputs = inputs

        var outputs: [String: ReferenceOutput] = [:]
        for member in source["outputs"]?.members ?? [] {
            outputs[member.name] = try ReferenceOutput(
                member.value, field: "\(id).outputs.\(member.name)", tensors, path: path, tensorFile: tensorFile)
        }
        self.outputs = outputs
        statistics = try source["expected"].map { (expected) throws(FormatError) in
            try ReferenceStatistics(expected, field: "\(id).expected", path: path)
        }
        guard !outputs.isEmpty || statistics != nil else {
            throw .badField(path: path, field: "\(id).outputs", expected: "what the case should give")
        }
    }
}
