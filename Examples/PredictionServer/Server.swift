import Dispatch
import Glibc
import Martlet
import Synchronization

/// Accepts connections on this machine, and answers one request on each, with a thread for each that is open.
final class Server: Sendable {
    let port: UInt16
    private let listener: Int32
    private let answer: @Sendable (HTTPRequest) -> HTTPResponse
    private let connections = DispatchGroup()
    private let open = Atomic<Int>(0)
    private let count = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)

    /// Connections beyond these are told to come again.
    static let connectionLimit = 64

    /// - Parameter port: 0 for any that is free.
    /// - Returns: nil where it cannot be had; `errno` says why.
    init?(port: UInt16, answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { return nil }
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (socket, length) = (listener, size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, SOMAXCONN) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else {
            let reason = errno
            close(listener)
            errno = reason
            return nil
        }
        self.port = UInt16(bigEndian: address.sin_port)
        self.answer = answer
        DispatchQueue(label: "accept").async { [self] in accept() }
    }

    /// Requests that were answered.
    var answered: Int { count.load(ordering: .relaxed) }

    /// Accepts no more, and waits for the requests under way.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        shutdown(listener, Int32(SHUT_RDWR))
        connections.wait()
    }

    private func accept() {
        while !isStopping.load(ordering: .acquiring) {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else {
                // Without a file descriptor to spare it is worth waiting for one.
                if errno == EMFILE || errno == ENFILE { usleep(10_000) }
                continue
            }
            connections.enter()
            let isRoom = open.add(1, ordering: .relaxed).newValue <= Self.connectionLimit
            // A queue of its own, and so a thread: connections do not wait for one another.
            DispatchQueue(label: "connection").async { [self] in
                serve(Connection(owning: socket), isRoom: isRoom)
                open.subtract(1, ordering: .relaxed)
                connections.leave()
            }
        }
        close(listener)
    }

    private func serve(_ connection: consuming Connection, isRoom: Bool) {
        var response = HTTPResponse(503, ["error": "too many requests at once; come again"])
        if isRoom {
            do throws(BadRequest) {
                guard let request = try connection.request() else { return }
                response = answer(request)
            } catch {
                response = HTTPResponse(error.status, ["error": .string(error.message)])
            }
        }
        connection.send(response.bytes)
        count.add(1, ordering: .relaxed)
        connection.finish()
    }
}
