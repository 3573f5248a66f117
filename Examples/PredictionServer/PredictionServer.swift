// Predictions of a saved model over HTTP: how a service has a model in it, with plain sockets and no other dependency.
//
//     PredictionServer MODEL.safetensors [PORT] [BACKEND]
//     curl localhost:8080/                                                          # what the model takes and gives
//     curl localhost:8080/predict -d '{"samples": [[0, 0, 5, 13, …], …]}'
//
// It shows how a model file is read and put on a device, what of its data it knows (bytes, standardisation, names of classes),
// and how requests that come at once share a model, which one thread at a time may use. Whatever is wrong with a request is
// its answer, as {"error": …}; Ctrl-C lets the requests under way come to their end.

import Glibc
import Martlet

@main
struct PredictionServer {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard (1...3).contains(arguments.count), let port = arguments.count > 1 ? UInt16(arguments[1]) : 8080 else {
            fail("usage: PredictionServer MODEL.safetensors [PORT] [auto|cpu|opencl]", status: 64)
        }
        // Before any thread begins, so that they all leave these signals to `sigwait`.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let predictor: Predictor
        do {
            let opened = try Backends.open(try BackendSelection(parsing: arguments.count > 2 ? arguments[2] : "auto"))
            predictor = try Predictor(modelFile: arguments[0], on: opened.device)
        } catch let error as TrainingError {
            fail("error: \(error)", status: error.exitCode)
        } catch {
            fail("error: \(error)", status: 69)
        }
        guard let server = Server(port: port, answer: { answer($0, predictor) }) else {
            fail("error: port \(port) cannot be listened on: \(String(cString: strerror(errno)))", status: 73)
        }
        print("listening on http://127.0.0.1:\(server.port), \(predictor.summary)")
        fflush(nil)

        var received: Int32 = 0
        sigwait(&signals, &received)
        server.stop()
        print("stopped after \(server.answered) requests")
    }

    static func answer(_ request: HTTPRequest, _ predictor: Predictor) -> HTTPResponse {
        switch (request.method, request.path) {
        case ("GET", "/"): return HTTPResponse(200, predictor.description)
        case ("POST", "/predict"):
            do throws(BadRequest) {
                return HTTPResponse(200, try predictor.predict(request.body))
            } catch {
                return HTTPResponse(error.status, ["error": .string(error.message)])
            }
        case (_, "/"), (_, "/predict"):
            return HTTPResponse(405, ["error": .string("\(request.path) takes \(request.path == "/" ? "GET" : "POST"), not \(request.method)")])
        default: return HTTPResponse(404, ["error": .string("there is no '\(request.path)'; there are / and /predict")])
        }
    }
}
