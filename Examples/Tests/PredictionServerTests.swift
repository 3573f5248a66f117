import Foundation
import Martlet
import Testing

@Suite struct PredictionServerTests {
    /// A server under way, with a model that was trained on the embedded digits.
    final class Service {
        let program: Program
        let port: UInt16
        let compiled: CompiledModel
        private let folder: Folder

        init() throws {
            folder = try Folder()
            let (train, _) = DataSet.digits()
            let model = try Sequential(input: [64]) { Linear(32); ReLU(); Linear(10) }
            compiled = try model.compile(optimizer: "adam", on: try Backends.open(.cpu).device)
            _ = try compiled.fit(train, epochs: 5)
            try compiled.save(to: folder.file("digits.safetensors"), data: DataDescription(train))
            program = try Program("PredictionServer", [folder.file("digits.safetensors"), "0", "cpu"])
            while !program.out.contains("\n"), program.process.isRunning { usleep(10_000) }
            let address = try #require(program.out.firstMatch(of: /127\.0\.0\.1:([0-9]+)/), "\(program.out)\(program.err)")
            port = try #require(UInt16(address.1))
        }

        /// Ends it as Ctrl-C does.
        func stop() -> Int32 {
            kill(program.process.processIdentifier, SIGINT)
            return program.status()
        }
        deinit { if program.process.isRunning { program.process.terminate() } }

        /// Sends bytes and gives what comes back: the status, and the body as JSON.
        static func exchange(_ port: UInt16, _ bytes: [UInt8], endsSending: Bool = true) throws -> (status: Int, body: JSONValue) {
            let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(end) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(end, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            try #require(connected == 0)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { send(end, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                sent += count
            }
            if endsSending { shutdown(end, Int32(SHUT_WR)) }
            var answer: [UInt8] = [], piece = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(end, &piece, piece.count, 0)
                guard count > 0 else { break }
                answer += piece[..<count]
            }
            let text = String(decoding: answer, as: UTF8.self)
            let body = try #require(text.range(of: "\r\n\r\n"), "\(text)").upperBound
            let words = text.split(separator: " ", maxSplits: 2)
            #expect(words[0] == "HTTP/1.1")
            return (try #require(Int(words[1])), try JSONValue(parsing: text[body...].utf8, path: "the answer"))
        }

        func post(_ body: String, path: String = "/predict") throws -> (status: Int, body: JSONValue) { try Self.post(port, body, path: path) }
        static func post(_ port: UInt16, _ body: String, path: String = "/predict") throws -> (status: Int, body: JSONValue) {
            try exchange(port, Array("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
        }
        func get(_ path: String, method: String = "GET") throws -> (status: Int, body: JSONValue) {
            try Self.exchange(port, Array("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        }
    }

    private static func request(_ rows: Range<Int>) -> String {
        let samples = rows.map { row in "[\(DataSet.digits().test.features.rows([row]).floats.map { "\(Int($0))" }.joined(separator: ","))]" }
        return "{\"samples\": [\(samples.joined(separator: ","))]}"
    }

    @Test func predictionsAreTheModels() throws {
        let service = try Service()
        let about = try service.get("/")
        #expect(about.status == 200 && about.body["input"]?.ints == [64])
        #expect(about.body["weightsSHA256"]?.string == (try service.compiled.weightsSHA256()))
        let test = DataSet.digits().test
        let expected = try service.compiled.predict(test).floats
        let answer = try service.post(Self.request(0..<50))
        let predictions = try #require(answer.body["predictions"]?.array)
        #expect(answer.status == 200 && predictions.count == 50)
        for (row, prediction) in predictions.enumerated() {
            let outputs = Array(expected[row * 10 ..< row * 10 + 10])
            #expect(prediction["outputs"]?.doubles?.map { Float($0) } == outputs)
            #expect(prediction["class"]?.string == test.classNames[outputs.firstIndex(of: outputs.max()!)!])
            #expect((0.1...1).contains(prediction["probability"]?.double ?? 0))
        }
        #expect(service.stop() == 0)
        #expect(service.program.out.contains("stopped after 2 requests"), "\(service.program.out)")
    }

    @Test func badRequestsAreAnswered() throws {
        let service = try Service()
        func refuses(_ status: Int, _ text: String, _ answer: (status: Int, body: JSONValue)) {
            #expect(answer.status == status && answer.body["error"]?.string?.contains(text) == true, "\(answer)")
        }
        let zeros = Array(repeating: "0", count: 64).joined(separator: ",")
        refuses(400, "line 1", try service.post("{"))
        refuses(400, "expected {\"samples\"", try service.post("[]"))
        refuses(400, "at least one sample", try service.post("{\"samples\": []}"))
        refuses(400, "sample 1: expected 64 numbers", try service.post("{\"samples\": [[\(zeros)], [1, 2]]}"))
        refuses(400, "sample 0", try service.post("{\"samples\": [[\"a\"]]}"))
        refuses(400, "whole numbers from 0 to 255", try service.post("{\"samples\": [[0.5,\(zeros.dropFirst(2))]]}"))
        refuses(400, "whole numbers from 0 to 255", try service.post("{\"samples\": [[1e300,\(zeros.dropFirst(2))]]}"))
        refuses(413, "too many", try service.post("{\"samples\": [\(Array(repeating: "0", count: 5000).joined(separator: ","))]}"))
        refuses(404, "'/nowhere'", try service.get("/nowhere"))
        refuses(405, "takes POST", try service.get("/predict"))
        refuses(405, "takes GET", try service.get("/", method: "DELETE"))
        refuses(400, "no HTTP request", try Service.exchange(service.port, Array("hello\r\n\r\n".utf8)))
        refuses(400, "within its head", try Service.exchange(service.port, Array("GET / HT".utf8)))
        refuses(411, "Content-Length", try service.get("/predict", method: "POST"))
        refuses(400, "no number", try Service.exchange(service.port, Array("POST /predict HTTP/1.1\r\nContent-Length: many\r\n\r\n".utf8)))
        refuses(413, "more than", try Service.exchange(service.port, Array("POST /predict HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n".utf8)))
        refuses(400, "ended after 3 of 10 bytes", try Service.exchange(service.port, Array("POST /predict HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc".utf8)))
        refuses(501, "Content-Length", try Service.exchange(service.port, Array("POST /predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".utf8)))
        refuses(431, "the head", try Service.exchange(service.port, Array("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 70_000))".utf8)))
        // After all that it still answers.
        #expect(try service.post("{\"samples\": [[\(zeros)]]}").status == 200)
        #expect(service.stop() == 0)
    }

    @Test func requestsAtOnce() async throws {
        let service = try Service()
        let port = service.port, expected = try service.post(Self.request(0..<40)).body
        try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for part in 0..<40 {
                group.addTask {
                    let answer = try Service.post(port, Self.request(part..<(part + 1)))
                    #expect(answer.status == 200)
                    return (part, answer.body)
                }
            }
            for try await (part, body) in group { #expect(body["predictions"]?[0] == expected["predictions"]?[part]) }
        }
        #expect(service.stop() == 0)
        #expect(service.program.out.contains("stopped after 41 requests"), "\(service.program.out)")
    }

    @Test func refusesToStart() throws {
        let missing = try Program("PredictionServer", ["/no/such/model.safetensors", "0", "cpu"])
        #expect(missing.status() == 65 && missing.err.contains("/no/such/model.safetensors"), "\(missing.err)")
        let service = try Service()
        let model = try Folder()
        try service.compiled.save(to: model.file("a"))
        let taken = try Program("PredictionServer", [model.file("a"), "\(service.port)", "cpu"])
        #expect(taken.status() == 73 && taken.err.contains("port \(service.port)"), "\(taken.err)")
        #expect(service.stop() == 0)
    }
}
