import MartletFormats

extension SearchSpace {
    /// How much of the variation of the objective each parameter explains by itself: the variance of the Gaussian process's
    /// mean over the parameter's range, all others averaged out, over its whole variance (first-order Sobol' indices; Hutter,
    /// Hoos and Leyton-Brown 2014 call it functional analysis of variance). Of trials that ran equally long (`[Trial].comparable`).
    ///
    /// - Returns: by parameter, in order; nil where fewer than four trials came to a number, or all to the same.
    public func importance(of trials: [Trial]) -> [(name: String, share: Double)]? {
        let comparable = trials.comparable
        guard comparable.compactMap(\.objective).count >= 4, let observed = Observations(comparable) else { return nil }
        let process = GaussianProcess(self, comparable.map(\.values), observed.values)
        let draws = Draws(seed: 0, purpose: .importance)
        let base = (0..<64).map { draws.point($0, dimensions: parameters.count) }
        func mean(_ point: [Double]) -> Double { process.predict(assignment(at: point)).mean }
        guard Set(base.map(mean)).count > 1 else { return nil }
        return parameters.enumerated().map { place, parameter in
            let levels = if case .choice(let choices) = parameter.domain { choices.count } else { 12 }
            let values = (0..<levels).map { level in
                base.map { point in
                    var point = point
                    point[place] = (Double(level) + 0.5) / Double(levels)
                    return mean(point)
                }
            }
            let whole = variance(values.flatMap(\.self))
            let averages = values.map { $0.reduce(0, +) / Double($0.count) }
            return (parameter.name, whole > 0 ? variance(averages) / whole : 0)
        }
    }

    private func variance(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}
