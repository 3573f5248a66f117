import MartletFormats
import MartletOps

/// Gaussian process regression with a Matérn 5/2 kernel that has a length for every parameter (Rasmussen and Williams 2006,
/// chapters 2 and 5). Lengths and noise are those of the greatest posterior density, found by a pattern search; the scale of
/// the values follows from them in closed form.
struct GaussianProcess {
    private let space: SearchSpace
    private let samples: [[Double]]
    private let isChoice: [Bool]
    private let mean: Double
    private let scale: Double
    private let model: Fit
    /// K^-1 y, of values with mean 0.
    private let weights: [Double]

    /// - Parameter values: one for each sample, of which there is at least one.
    init(_ space: SearchSpace, _ samples: [Assignment], _ values: [Double]) {
        self.space = space
        self.samples = samples.map(space.coded)
        isChoice = space.isChoice
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let deviation = variance > 0 ? variance.squareRoot() : 1
        (self.mean, scale) = (mean, deviation)
        let targets = values.map { ($0 - mean) / deviation }
        let distances = Distances(self.samples, isChoice)
        model = Self.fitted(distances, targets, parameters: space.parameters.count)
        weights = model.solved(targets)
    }

    /// The mean and the variance of the noiseless value.
    func predict(_ assignment: Assignment) -> (mean: Double, variance: Double) {
        let point = space.coded(assignment)
        let covariances = samples.map { sample in
            var square = 0.0
            for (place, weight) in model.inverseSquares.enumerated() {
                square += weight * squaredDistance(point[place], sample[place], isChoice: isChoice[place])
            }
            return model.correlation(square)
        }
        let predicted = zip(covariances, weights).reduce(0) { $0 + $1.0 * $1.1 }
        let half = model.halfSolved(covariances)
        let explained = half.reduce(0) { $0 + $1 * $1 }
        return (mean + scale * predicted, scale * scale * model.signal * max(1 - explained, 1e-12))
    }

    /// Squared distances of all pairs, parameter by parameter.
    private struct Distances {
        let count: Int
        /// Of the pair (i, j), j < i, at [parameter][i (i - 1) / 2 + j].
        let squares: [[Double]]

        init(_ samples: [[Double]], _ isChoice: [Bool]) {
            count = samples.count
            squares = isChoice.enumerated().map { place, isChoice in
                samples.indices.flatMap { i in
                    (0..<i).map { squaredDistance(samples[i][place], samples[$0][place], isChoice: isChoice) }
                }
            }
        }
    }

    /// Settings, and what follows from them.
    private struct Fit {
        /// 1 / length^2 of every parameter.
        let inverseSquares: [Double]
        let count: Int
        /// Cholesky's factor of the correlations with the noise, row by row.
        let factor: [Double]
        /// The variance of the values, over that of the samples.
        let signal: Double
        /// The negative logarithm of the posterior density, but for a constant.
        let cost: Double

        /// - Parameter settings: logarithms of the lengths, then of the noise's share. Nil where the matrix is not definite.
        init?(_ settings: [Double], _ distances: Distances, _ targets: [Double]) {
            let n = distances.count
            let inverse = settings.dropLast().map { exponential(-2 * $0) }
            let noise = exponential(settings[settings.count - 1])
            var squares = [Double](repeating: 0, count: n * (n - 1) / 2)
            for (parameter, weight) in inverse.enumerated() {
                distances.squares[parameter].withUnsafeBufferPointer { source in
                    for pair in squares.indices { squares[pair] += weight * source[pair] }
                }
            }
            var matrix = [Double](repeating: 0, count: n * n)
            var logDeterminant = 0.0
            var pair = 0
            for i in 0..<n {
                for j in 0..<i {
                    matrix[i * n + j] = Self.matern(squares[pair])
                    pair += 1
                }
                matrix[i * n + i] = 1 + noise
            }
            let isDefinite = matrix.withUnsafeMutableBufferPointer { a in
                for i in 0..<n {
                    for j in 0...i {
                        var sum = a[i * n + j]
                        for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
                        if i == j {
                            guard sum > 1e-14 else { return false }
                            a[i * n + i] = sum.squareRoot()
                            logDeterminant += logarithm(a[i * n + i])
                        } else {
                            a[i * n + j] = sum / a[j * n + j]
                        }
                    }
                }
                return true
            }
            guard isDefinite else { return nil }
            (inverseSquares, count, factor) = (inverse, n, matrix)
            let half = Self.forward(matrix, n, targets)
            let energy = half.reduce(0) { $0 + $1 * $1 }
            signal = max(energy / Double(n), 1e-10)
            // Broad priors: lengths of about half a side, longer where there are more of them; little noise.
            let usual = logarithm(0.35 * Double(max(1, inverse.count)).squareRoot())
            let prior = settings.dropLast().reduce(0) { $0 + ($1 - usual) * ($1 - usual) / 2 }
            let noisy = (settings[settings.count - 1] - logarithm(1e-4)) / 3
            cost = Double(n) / 2 * logarithm(signal) + logDeterminant + prior + noisy * noisy / 2
        }

        private static func matern(_ square: Double) -> Double {
            let r = (5 * square).squareRoot()
            return (1 + r + 5 * square / 3) * exponential(-r)
        }

        /// Of two points whose weighted squared distance is given.
        func correlation(_ square: Double) -> Double { Self.matern(square) }

        /// L^-1 v
        func halfSolved(_ values: [Double]) -> [Double] { Self.forward(factor, count, values) }

        /// K^-1 v
        func solved(_ values: [Double]) -> [Double] {
            var x = halfSolved(values)
            for i in stride(from: count - 1, through: 0, by: -1) {
                x[i] /= factor[i * count + i]
                for k in 0..<i { x[k] -= factor[i * count + k] * x[i] }
            }
            return x
        }

        private static func forward(_ factor: [Double], _ n: Int, _ values: [Double]) -> [Double] {
            var x = values
            factor.withUnsafeBufferPointer { factor in
                for i in 0..<n {
                    var sum = x[i]
                    for k in 0..<i { sum -= factor[i * n + k] * x[k] }
                    x[i] = sum / factor[i * n + i]
                }
            }
            return x
        }
    }

    /// The best of pattern searches from short and from long lengths.
    private static func fitted(_ distances: Distances, _ targets: [Double], parameters: Int) -> Fit {
        var best: Fit?
        for length in [0.3, 1.2] {
            var settings = [Double](repeating: logarithm(length), count: parameters) + [logarithm(1e-3)]
            guard var fit = Fit(settings, distances, targets) else { continue }
            var (step, trials) = (0.8, 0)
            while step > 0.1, trials < 12 * (parameters + 1) {
                var improved = false
                for place in settings.indices {
                    for direction in [step, -step] {
                        var changed = settings
                        // The noise spans many magnitudes, and is moved in larger steps.
                        changed[place] += place == parameters ? 2 * direction : direction
                        let range = place == parameters ? (-18.0)...0.5 : (-3.5)...3.5
                        guard range.contains(changed[place]) else { continue }
                        trials += 1
                        if let other = Fit(changed, distances, targets), other.cost < fit.cost {
                            (fit, settings, improved) = (other, changed, true)
                            break
                        }
                    }
                }
                if !improved { step /= 2 }
            }
            if fit.cost < best?.cost ?? .infinity { best = fit }
        }
        // With the noise of these settings the matrix is definite whatever the samples are.
        return best ?? Fit([Double](repeating: 0, count: parameters) + [0], distances, targets)!
    }
}
