import Glibc
import Martlet

/// As much of HTTP/1.1 (RFC 9112) as one request on a connection needs.
struct HTTPRequest {
    let method: String
    let path: String
    let body: [UInt8]
}

struct HTTPResponse {
    let status: Int
    let body: JSONValue

    init(_ status: Int, _ body: JSONValue) {
        self.status = status
        self.body = body
    }

    static let reasons = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 411: "Length Required",
        413: "Content Too Large", 431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        503: "Service Unavailable",
    ]

    var bytes: [UInt8] {
        let text = Array("\(body)\n".utf8)
        let head = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "")\r\nContent-Type: application/json\r\nContent-Length: \(text.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + text
    }
}

/// One end of a TCP connection; closed with its owner.
struct Connection: ~Copyable {
    private let socket: Int32

    static let headLimit = 16 << 10
    static let bodyLimit = 32 << 20
    static let patience = 5

    init(owning socket: Int32) {
        self.socket = socket
        // Whoever sends nothing, or takes nothing, does not hold a thread for ever.
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// - Returns: nil where the other end left without asking.
    func request() throws(BadRequest) -> HTTPRequest? {
        var bytes: [UInt8] = []
        var headEnd: Int?
        while headEnd == nil {
            let searched = max(0, bytes.count - 3)
            guard try receive(into: &bytes) else {
                if bytes.isEmpty { return nil }
                throw BadRequest(message: "the request ended within its head")
            }
            headEnd = (searched..<max(searched, bytes.count - 3)).first { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
            if headEnd == nil, bytes.count > Self.headLimit { throw BadRequest(status: 431, message: "the head has more than \(Self.headLimit) bytes") }
        }
        let lines = String(decoding: bytes[..<headEnd!], as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let start = lines[0].split(separator: " ")
        guard start.count == 3, start[2].hasPrefix("HTTP/1.") else { throw BadRequest(message: "this is no HTTP request: '\(lines[0].prefix(80))'") }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw BadRequest(message: "this is no header field: '\(line.prefix(80))'") }
            fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }.prefix { $0 != " " })
        }
        let method = String(start[0]), path = String(start[1].prefix { $0 != "?" })
        var body = Array(bytes[(headEnd! + 4)...])
        guard fields["transfer-encoding"] == nil else { throw BadRequest(status: 501, message: "send the body with its Content-Length") }
        guard let length = fields["content-length"] else {
            guard method != "POST" else { throw BadRequest(status: 411, message: "send the Content-Length of the body") }
            return HTTPRequest(method: method, path: path, body: [])
        }
        guard let count = Int(length), count >= 0 else { throw BadRequest(message: "Content-Length is no number: '\(length.prefix(20))'") }
        guard count <= Self.bodyLimit else { throw BadRequest(status: 413, message: "the body has more than \(Self.bodyLimit) bytes") }
        if fields["expect"]?.lowercased() == "100-continue", body.count < count { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        while body.count < count {
            guard try receive(into: &body) else { throw BadRequest(message: "the body ended after \(body.count) of \(count) bytes") }
        }
        return HTTPRequest(method: method, path: path, body: Array(body.prefix(count)))
    }

    /// Sends all, or as much as the other end takes.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Ends the answer, and reads what the other end still sends, so that a refusal is not lost to a reset.
    func finish() {
        shutdown(socket, Int32(SHUT_WR))
        var rest: [UInt8] = []
        while rest.count < Self.bodyLimit, (try? receive(into: &rest)) == true {}
    }

    /// - Returns: false at the end of what is sent.
    private func receive(into bytes: inout [UInt8]) throws(BadRequest) -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            if count > 0 { bytes += piece[..<count] }
            if count >= 0 { return count > 0 }
            switch errno {
            case EINTR: continue
            case EAGAIN: throw BadRequest(status: 408, message: "nothing came for \(Self.patience) seconds")
            default: return false
            }
        }
    }
}
