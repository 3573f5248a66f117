import Martlet

/// Data that several runs of one process read once.
final class DataCache {
    struct Entry {
        let splits: Splits
        let train: DataSet
        let validation: DataSet?
        let description: DataDescription
    }
    private var entries: [String: Entry] = [:]

    func data(_ key: String, _ load: () throws -> Entry) throws -> Entry {
        if let entry = entries[key] { return entry }
        let entry = try load()
        entries[key] = entry
        return entry
    }
}
