import Synchronization

/// The objects behind the handles of one kind.
///
/// A handle is a number in the guise of a pointer: the kind in bits 60 to 62, how often its place was used before in bits
/// 32 to 59, and the place. So a handle that was released, or is of another kind, or is none at all, is found out instead
/// of followed.
final class HandleTable<Object: AnyObject & Sendable>: Sendable {
    private let kind: UInt
    private let name: String
    private let state = Mutex(State())

    private struct State {
        var places: [Place] = []
        var vacant: [Int] = []
        var count = 0
    }
    private struct Place {
        var object: Object?
        var references = 0
        var generation: UInt = 0
    }

    /// - Parameters:
    ///   - kind: from 1 to 7, another one for each table.
    ///   - name: with its article: `a tensor`.
    init(kind: UInt, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Handles that have not been released.
    var count: Int { state.withLock { $0.count } }

    func insert(_ object: Object) -> OpaquePointer {
        state.withLock { state in
            state.count += 1
            let place: Int
            if let vacant = state.vacant.popLast() {
                place = vacant
            } else {
                place = state.places.count
                state.places.append(Place())
            }
            state.places[place].object = object
            state.places[place].references = 1
            return OpaquePointer(bitPattern: kind << 60 | state.places[place].generation << 32 | UInt(place))!
        }
    }

    /// - Parameter argument: what the message calls the handle.
    func object(_ handle: OpaquePointer?, _ argument: String) throws(CallError) -> Object {
        let object = state.withLock { state in Self.find(handle, kind, in: state).flatMap { state.places[$0].object } }
        guard let object else { throw refusal(handle, argument) }
        return object
    }

    func retain(_ handle: OpaquePointer?) throws(CallError) {
        let isKnown = state.withLock { state in
            guard let place = Self.find(handle, kind, in: state) else { return false }
            state.places[place].references += 1
            return true
        }
        if !isKnown { throw refusal(handle, "retain") }
    }

    func release(_ handle: OpaquePointer?) throws(CallError) {
        guard handle != nil else { return }
        // The object goes when the lock is free again.
        var dropped: [Object] = []
        let isKnown = state.withLock { state in
            guard let place = Self.find(handle, kind, in: state) else { return false }
            state.places[place].references -= 1
            if state.places[place].references == 0 {
                dropped.append(state.places[place].object!)
                state.places[place].object = nil
                state.places[place].generation = (state.places[place].generation + 1) & Self.generations
                state.vacant.append(place)
                state.count -= 1
            }
            return true
        }
        dropped.removeAll()
        if !isKnown { throw refusal(handle, "release") }
    }

    private static var generations: UInt { 1 << 28 - 1 }

    private static func find(_ handle: OpaquePointer?, _ kind: UInt, in state: State) -> Int? {
        let bits = UInt(bitPattern: handle)
        let place = Int(bits & 0xFFFF_FFFF)
        guard bits >> 60 == kind, place < state.places.count, state.places[place].object != nil,
            state.places[place].generation == bits >> 32 & generations
        else { return nil }
        return place
    }

    private func refusal(_ handle: OpaquePointer?, _ argument: String) -> CallError {
        let found =
            switch UInt(bitPattern: handle) {
            case 0: "NULL"
            case let bits where bits >> 60 == kind: "a handle that was released"
            default: "a handle of another kind, or none"
            }
        return .usage("\(argument): expected \(name), found \(found)")
    }
}

/// Leaves a handle of a new object for the caller; NULL where there is none.
func give<Object>(
    _ table: HandleTable<Object>, to result: UnsafeMutablePointer<OpaquePointer?>?, _ body: () throws -> Object
) throws {
    let result = try required(result, "the place for the handle")
    result.pointee = nil
    result.pointee = table.insert(try body())
}
