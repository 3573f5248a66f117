import MartletFormats
import MartletReport
import MartletRuns
import MartletTraining

public struct InitialisationResult: StudyResult {
    public let study: InitialisationStudy
    public let data: String
    public let cases: [InitialisationStudy.Case]

    public var page: Page {
        var page = Page("Martlet study: first weights")
        page.paragraph("\(study.layers) layers of \(study.width) with \(study.activation) on \(data): what each layer gives before training, what gradients come back to it, and how the network learns with \(study.optimizer.rule.name) at \(short(study.optimizer.learningRate)).")
        page.table(table.withoutEmptyColumns)
        for batchNorm in [false, true] {
            let own = cases.filter { $0.batchNorm == batchNorm }
            let runs = own.map { (name: $0.scheme.name, epochs: $0.epochs) }
            page.heading(batchNorm ? "With batchNorm" : "Without batchNorm")
            let activations = LineChart("Deviation of the activations", x: "layer", y: "", byLayer(own) { $0.values.deviation }, isLogY: true)
            let means = LineChart("Mean of the activations", x: "layer", y: "", byLayer(own) { $0.values.mean })
            let gradients = LineChart("Deviation of the gradients", x: "layer", y: "", byLayer(own) { $0.gradients?.deviation }, isLogY: true)
            let loss = LineChart("Training loss", x: "epoch", y: "loss", curves(runs) { $0.train.loss })
            let accuracy = LineChart("Test accuracy", x: "epoch", y: "accuracy", curves(runs) { $0.test?.accuracy })
            page.charts([activations, means, gradients, loss, accuracy])
            for item in own {
                var forward: [(name: String, histogram: Histogram)] = [], backward = forward
                for (place, layer) in item.hidden.enumerated() {
                    forward.append((name: "layer \(place + 1)", histogram: layer.values.histogram))
                    if let gradients = layer.gradients { backward.append((name: "layer \(place + 1)", histogram: gradients.histogram)) }
                }
                page.charts([
                    RidgeChart("\(item.name): activations", x: "value", forward), RidgeChart("\(item.name): gradients", x: "value", backward),
                ])
            }
        }
        return page
    }

    private func byLayer(
        _ cases: [InitialisationStudy.Case], _ value: (LayerStatistics) -> Double?
    ) -> [LineChart.Series] {
        var series: [LineChart.Series] = []
        for (place, item) in cases.enumerated() {
            var points: [(x: Double, y: Double)] = []
            for (number, layer) in item.hidden.enumerated() {
                if let measured = value(layer) { points.append((Double(number + 1), measured)) }
            }
            series.append(LineChart.Series(item.scheme.name, points, colour: place))
        }
        return series
    }

    public var table: Table {
        Table(
            ["weights", "batchNorm", "deviation first", "last", "gradient's first", "last", "loss before", "train loss", "test accuracy", "distinct units", "problem"],
            cases.map { item in
                let (first, last) = (item.hidden.first, item.hidden.last)
                return [
                    item.scheme.name, item.batchNorm ? "yes" : "no", digits(first?.values.deviation), digits(last?.values.deviation),
                    digits(first?.gradients?.deviation), digits(last?.gradients?.deviation), digits(item.lossBefore),
                    digits(item.epochs.last?.train.loss), percent(item.epochs.last?.test?.accuracy), "\(item.distinctUnits)",
                    item.problem ?? "",
                ]
            })
    }

    public var json: [[JSONValue.Member]] {
        cases.map { item in
            [
                .init("weights", .string(item.scheme.name)), .init("batchNorm", .bool(item.batchNorm)),
                .init("deviations", .array(item.hidden.map { .finite($0.values.deviation) })),
                .init("means", .array(item.hidden.map { .finite($0.values.mean) })),
                .init("gradientDeviations", .array(item.hidden.map { .finite($0.gradients?.deviation) })),
                .init("lossBefore", .finite(item.lossBefore)),
                .init("trainLosses", .array(item.epochs.map { .finite($0.train.loss) })),
                .init("testAccuracies", .array(item.epochs.map { .finite($0.test?.accuracy) })),
                .init("distinctUnits", .integer(item.distinctUnits)), .init("problem", item.problem.map(JSONValue.string) ?? .null),
            ]
        }
    }
}
