import MartletReport
import MartletTraining

extension RunRecord {
    /// Losses, accuracies, the learning rate and speed against epochs.
    var curves: [any Chart] {
        var charts: [any Chart] = [
            LineChart("Loss", x: "epoch", y: "loss", lossSeries, isLogY: isWide(lossSeries))
        ]
        let accuracies = parts { $0.accuracy }
        if !accuracies.isEmpty { charts.append(LineChart("Accuracy", x: "epoch", y: "accuracy", accuracies)) }
        let errors = parts { $0.meanAbsoluteError }
        if !errors.isEmpty { charts.append(LineChart("Mean absolute error", x: "epoch", y: "error", errors)) }
        let explained = parts { $0.r2 }
        if !explained.isEmpty { charts.append(LineChart("Explained variance (R2)", x: "epoch", y: "R2", explained)) }
        let rates: [(x: Double, y: Double)] = steps.isEmpty
            ? epochs.compactMap { epoch in epoch.learningRate.map { (Double(epoch.epoch), $0) } }
            : thinned(steps).map { ($0.epoch, $0.learningRate) }
        charts.append(LineChart("Learning rate", x: "epoch", y: "rate", [.init("", rates, hasMarks: false)]))
        charts.append(LineChart(
            "Speed", x: "epoch", y: "samples/s", [.init("", epochs.map { (Double($0.epoch), $0.samplesPerSecond) })], yRange: 0...0))
        return charts
    }

    /// Single batches in the background, then train, validation and test.
    private var lossSeries: [LineChart.Series] {
        var series = parts { $0.loss }
        let points: [(x: Double, y: Double)] = thinned(steps).map { ($0.epoch, $0.loss) }
        if points.count > 1 {
            var single = LineChart.Series("single batches", points, hasMarks: false, colour: 6)
            single.isFaint = true
            series.insert(single, at: 0)
        }
        return series
    }

    /// As many as a chart can show.
    private func thinned(_ steps: [StepEntry]) -> [StepEntry] {
        let stride = max(1, steps.count / 600)
        return steps.indices.filter { $0 % stride == 0 }.map { steps[$0] }
    }

    private func isWide(_ series: [LineChart.Series]) -> Bool {
        let values = series.filter { $0.name != "single batches" }.flatMap(\.points).map(\.y).filter { $0.isFinite && $0 > 0 }
        guard let low = values.min(), let high = values.max() else { return false }
        return high > 30 * low
    }

    private func parts(_ measure: (Evaluation) -> Double?) -> [LineChart.Series] {
        var train: [(x: Double, y: Double)] = [], validation = train, test = train
        for epoch in epochs {
            let x = Double(epoch.epoch)
            if let value = measure(epoch.train) { train.append((x, value)) }
            if let value = epoch.validation.flatMap(measure) { validation.append((x, value)) }
            if let value = epoch.test.flatMap(measure) { test.append((x, value)) }
        }
        var series: [LineChart.Series] = []
        if !train.isEmpty { series.append(LineChart.Series("train", train, colour: 0)) }
        if !validation.isEmpty { series.append(LineChart.Series("validation", validation, colour: 1)) }
        if !test.isEmpty { series.append(LineChart.Series("test", test, colour: 2)) }
        return series
    }

    /// Gradient norms and update ratios of weights, shares of dead and saturated units.
    var layerCharts: [any Chart] {
        [
            LineChart("Gradient norm", x: "epoch", y: "L2 norm", weights { $0.gradientNorm }, isLogY: true),
            LineChart("Update-to-weight ratio (about 1e-3 is usual)", x: "epoch", y: "ratio of norms", weights { $0.updateRatio }, isLogY: true),
            LineChart("Dead units", x: "epoch", y: "% of units", shares { $0.deadShare }, yRange: 0...1),
            LineChart("Saturated values", x: "epoch", y: "% of values", shares { $0.saturatedShare }, yRange: 0...1),
        ]
    }

    /// A line for each weight of a layer that multiplies; those of norms would hide them in a deep network.
    private func weights(_ value: (ParameterStatistics) -> Double?) -> [LineChart.Series] {
        let looks = statistics.filter { !$0.parameters.isEmpty }
        var series: [LineChart.Series] = []
        for name in looks.first?.parameters.map(\.name) ?? [] where name.hasSuffix(".weight") && !isNorm(name) {
            var points: [(x: Double, y: Double)] = []
            for look in looks {
                if let own = look.parameters.first(where: { $0.name == name }), let number = value(own) { points.append((look.epoch, number)) }
            }
            series.append(LineChart.Series(name, points))
        }
        return series
    }

    private func isNorm(_ parameter: String) -> Bool {
        settings.layers.contains { parameter == $0.name + ".weight" && $0.kind.hasSuffix("_norm") }
    }

    /// A line for each layer that has the share, in percent.
    private func shares(_ share: (LayerStatistics) -> Double?) -> [LineChart.Series] {
        var series: [LineChart.Series] = []
        for layer in statistics.first?.layers ?? [] where share(layer) != nil {
            var points: [(x: Double, y: Double)] = []
            for look in statistics {
                if let own = look.layers.first(where: { $0.name == layer.name }), let number = share(own) { points.append((look.epoch, 100 * number)) }
            }
            series.append(LineChart.Series(label(layer), points))
        }
        return series
    }

    /// For each layer how its values are distributed, over time; before them means and deviations.
    var activationCharts: [any Chart] {
        // A few looks tell how it went.
        let stride = max(1, (statistics.count + 9) / 10)
        var (means, deviations): ([LineChart.Series], [LineChart.Series]) = ([], [])
        var ridges: [RidgeChart] = []
        for layer in statistics.first?.layers ?? [] {
            var mean: [(x: Double, y: Double)] = [], deviation = mean
            var shapes: [(name: String, histogram: Histogram)] = []
            for (number, look) in statistics.enumerated() {
                guard let values = look.layers.first(where: { $0.name == layer.name })?.values else { continue }
                mean.append((look.epoch, values.mean))
                deviation.append((look.epoch, values.deviation))
                if number % stride == 0 || number == statistics.count - 1 {
                    shapes.append((name: "epoch \(short((look.epoch * 10).rounded() / 10))", histogram: values.histogram))
                }
            }
            means.append(LineChart.Series(label(layer), mean, hasMarks: false))
            deviations.append(LineChart.Series(label(layer), deviation, hasMarks: false))
            ridges.append(RidgeChart("Layer \(label(layer))", x: "value", shapes))
        }
        var charts: [any Chart] = [
            LineChart("Mean of each layer's values", x: "epoch", y: "mean", means),
            LineChart("Deviation of each layer's values", x: "epoch", y: "deviation", deviations, isLogY: isWide(deviations)),
        ]
        for ridge in ridges { charts.append(ridge) }
        return charts
    }

    private func label(_ layer: LayerStatistics) -> String { layer.activation.map { "\(layer.name) \($0)" } ?? "\(layer.name) (output)" }
}

extension ValueDistribution {
    package var histogram: Histogram { Histogram(low: low, high: high, counts: counts) }
}
