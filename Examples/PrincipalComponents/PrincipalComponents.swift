// The principal components of images, by power iteration: a small tool that uses MartletCompute and nothing that trains.
//
//     PrincipalComponents IMAGES.idx PICTURE.png [BACKEND]
//
// It shows tensors from host arrays, a function that is planned once and replayed (`compile`), numbers that are read only
// where they are needed, and that the result has the same bits on every device. The picture has the mean image first and
// then the components, mid-grey being 0.

import MartletCompute
import MartletFormats

@main
struct PrincipalComponents {
    static let componentCount = 15
    /// Iterations between two looks at what they changed; in between the host waits for nothing.
    static let stride = 10
    static let strideLimit = 100

    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard (2...3).contains(arguments.count) else {
            fail("usage: PrincipalComponents IMAGES.idx PICTURE.png [auto|cpu|opencl]", status: 64)
        }
        let (images, picture) = (arguments[1], arguments[2])
        do {
            let device = try ComputeDevice(try BackendSelection(parsing: arguments.count > 2 ? arguments[3] : "auto"))
            try run(images, picture, on: device)
            try device.close()
        } catch let error as FormatError {
            fail("error: \(error)", status: error.exitCode)
        } catch {
            fail("error: \(error)", status: 1)
        }
    }

    static func run(_ images: String, _ picture: String, on device: ComputeDevice) throws {
        let array = try IDX.read(images)
        guard array.shape.rank == 3, array.dtype == .uint8, array.shape[0] > 1, array.shape.withoutFirst.elementCount > 0 else {
            fail("error: '\(images)' holds \(array.type); expected at least two images of bytes, count x height x width", status: 65)
        }
        let (count, height, width) = (array.shape[0], array.shape[1], array.shape[2])
        let pixels = height * width
        print("\(count) images of \(height) x \(width) on \(device.name)")

        let x = try Tensor(array.floats.map { $0 / 255 }, shape: [count, pixels], on: device)
        let mean = try x.mean(axes: [0], keepsAxes: true)
        let centred = try x - mean
        var covariance = try centred.matmul(centred, transposeA: true) / Float(count)
        let variance = try (covariance * Tensor.identity(pixels, on: device)).sum().item()

        // One plan for all iterations of all components: the covariance is an argument.
        let iterate = compile { (arguments: [Tensor]) throws(ComputeError) in
            let (matrix, old) = (arguments[0], arguments[1])
            let product = try matrix • old
            let length = try product.square().sum().squareRoot()
            let new = try product / length.maximum(Tensor(1e-30, on: length.device))
            return [new, length, try (new - old).square().sum()]
        }
        var tiles = [try mean.floats()]
        var explained: Float = 0
        for component in 0..<min(componentCount, pixels) {
            var vector = try Tensor.normal([pixels, 1], seed: UInt64(component), on: device)
            var (value, iterations): (Float, Int) = (0, 0)
            while iterations < stride * strideLimit {
                var results: [Tensor] = []
                for _ in 0..<stride {
                    results = try iterate([covariance, vector])
                    vector = results[0]
                }
                iterations += stride
                value = try results[1].item()
                if try results[2].item() < 1e-10 { break }
            }
            // Nothing but rounding is left.
            guard value > 1e-6 * variance else { break }
            covariance = try covariance - vector.matmul(vector, transposeB: true) * value
            explained += value
            print("component \(component + 1): \(percent(value / variance)) of the variance, \(iterations) iterations")
            tiles.append(try vector.floats())
        }
        guard variance > 0 else { fail("error: the images of '\(images)' are all the same: there is nothing to find", status: 65) }
        print("together: \(percent(explained / variance))")
        var hash = SHA256()
        for tile in tiles { tile.map { $0 == 0 ? 0 : $0 }.withUnsafeBytes { hash.update($0) } }
        print("SHA-256 \(SHA256.hex(hash.finalize()))")
        try File.write(PNG.encode(Picture.sheet(tiles, height: height, width: width)), to: picture)
    }

    private static func percent(_ share: Float) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
