import Dispatch
import Synchronization

/// Values by key, each built once however many threads ask for it, and different ones at the same time.
///
/// Whoever asks for what another thread is building waits for that alone: no lock is held that anybody else needs. Those
/// who waited for a failure share it; for who asks later it is tried again.
package final class BuiltOnce<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
    private let inParallel: Bool
    private let entries = Mutex<[Key: Entry]>([:])

    private final class Entry: Sendable {
        let key: Key
        /// Locked while the value is being built.
        let result = Mutex<Result<Value, Failure>?>(nil)

        init(_ key: Key) { self.key = key }
    }

    /// - Parameter inParallel: whether one call builds what is new on as many threads as there are processors.
    package init(inParallel: Bool) { self.inParallel = inParallel }

    /// One value for each key, of which some may be equal.
    /// - Throws: what `build` threw for the first key for which it did. It is called for the others all the same, whose
    ///   values are kept.
    package func values(
        _ keys: [Key], build: @Sendable (Key) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let (wanted, new) = entries.withLock { entries in
            var (wanted, new): ([Entry], [Entry]) = ([], [])
            for key in keys {
                let entry = entries[key] ?? Entry(key)
                if entries.updateValue(entry, forKey: key) == nil { new.append(entry) }
                wanted.append(entry)
            }
            return (wanted, new)
        }
        if inParallel, new.count > 1 {
            DispatchQueue.concurrentPerform(iterations: new.count) { _ = result(of: new[$0], build) }
        }
        let results = wanted.map { result(of: $0, build) }
        var values: [Value] = []
        for result in results { values.append(try result.get()) }
        return values
    }

    private func result(of entry: Entry, _ build: (Key) throws(Failure) -> Value) -> Result<Value, Failure> {
        let result = entry.result.withLock { known in
            if let known { return known }
            let result = Result { () throws(Failure) in try build(entry.key) }
            known = result
            return result
        }
        if case .failure = result { forget(entry) }
        return result
    }

    private func forget(_ entry: Entry) {
        entries.withLock { entries in
            if entries[entry.key] === entry { entries[entry.key] = nil }
        }
    }
}
