import MartletCore

/// Named tensors and a map of strings: the contents of a safetensors file, in the order in which they are stored.
public struct SafeTensors: Sendable {
    /// In the order in which they are stored. Floats of 16 and 64 bits come as float32.
    public private(set) var tensors: [(name: String, array: HostArray)] = []
    /// The file's `__metadata__`: strings by name.
    public var metadata: [String: String]

    private var positions: [String: Int] = [:]
    /// What float32 does not hold of tensors that are stored as float64.
    private var wide: [String: [Double]] = [:]

    /// Contents without tensors yet, which are added by name.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// - Precondition: the names differ, and none is `__metadata__`.
    public init(_ tensors: [(name: String, array: HostArray)], metadata: [String: String] = [:]) {
        self.init(metadata: metadata)
        for (name, array) in tensors { self[name] = array }
        precondition(self.tensors.count == tensors.count, "two tensors have one name")
    }

    /// The tensor of a name; nil where there is none. A new name is added at the end, nil removes one.
    ///
    /// - Precondition: the name is not `__metadata__`, under which the file keeps its strings.
    public subscript(name: String) -> HostArray? {
        get { positions[name].map { tensors[$0].array } }
        set {
            precondition(name != SafeTensors.metadataName, "no tensor can be named '\(name)'")
            wide[name] = nil
            switch (positions[name], newValue) {
            case (let position?, let array?): tensors[position].array = array
            case (nil, let array?):
                positions[name] = tensors.count
                tensors.append((name, array))
            case (let position?, nil):
                tensors.remove(at: position)
                positions = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
            case (nil, nil): break
            }
        }
    }

    /// The names in order.
    public var names: [String] { tensors.map(\.name) }

    /// The elements of a tensor in double precision, exactly as stored; nil where there is no such tensor.
    public func doubles(_ name: String) -> [Double]? {
        if let values = wide[name] { return values }
        switch self[name]?.elements {
        case .float32(let values): return values.map(Double.init)
        case .int32(let values): return values.map(Double.init)
        case .uint8(let values): return values.map(Double.init)
        case nil: return nil
        }
    }

    /// The tensor of a name that must be there.
    ///
    /// - Parameter path: what the message calls the file.
    /// - Throws: `missingTensor`, with the nearest name.
    public func required(_ name: String, path: String) throws(FormatError) -> HostArray {
        guard let array = self[name] else {
            throw .missingTensor(path: path, message: unknownName("tensor", name, known: names))
        }
        return array
    }

    static let metadataName = "__metadata__"

    mutating func append(_ name: String, _ array: HostArray, doubles: [Double]?) {
        self[name] = array
        wide[name] = doubles
    }
}
