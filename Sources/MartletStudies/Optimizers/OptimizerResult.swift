import MartletFormats
import MartletReport
import MartletTraining

public struct OptimizerResult: StudyResult {
    public let study: OptimizerStudy
    public let data: String
    public let descents: [Surface: [Descent]]
    public let curves: [OptimizerStudy.Curve]

    public var page: Page {
        var page = Page("Martlet study: optimizers")
        page.paragraph("The ways of optimizers down two surfaces, by steps of the same kernels as in training, and how they learn \(data) at their usual learning rates. The cross marks the minimum.")
        page.table(table.withoutEmptyColumns)
        for surface in Surface.allCases {
            let own = descents[surface] ?? []
            page.heading(surface.title)
            var values: [LineChart.Series] = []
            for descent in own {
                var points: [(x: Double, y: Double)] = []
                for (step, value) in descent.values.enumerated() { points.append((Double(step), value)) }
                values.append(LineChart.Series(descent.optimizer, points, hasMarks: false))
            }
            page.charts([
                contours("\(surface.steps) steps of each", .drawn(as: surface.rawValue), surface, own),
                LineChart("Value against steps", x: "step", y: "value", values, isLogY: true),
            ])
            page.charts(own.map { contours("\($0.optimizer) alone", .like(surface.rawValue), surface, [$0]) })
        }
        page.heading("Learning \(data)")
        let runs = self.curves.map { (name: $0.optimizer, epochs: $0.epochs) }
        page.charts([
            LineChart("Training loss", x: "epoch", y: "loss", MartletStudies.curves(runs) { $0.train.loss }, isLogY: true),
            LineChart("Test loss", x: "epoch", y: "loss", MartletStudies.curves(runs) { $0.test?.loss }, isLogY: true),
            LineChart("Test accuracy", x: "epoch", y: "accuracy", MartletStudies.curves(runs) { $0.test?.accuracy }),
        ])
        return page
    }

    private func contours(
        _ title: String, _ contours: ContourChart.Contours, _ surface: Surface, _ descents: [Descent]
    ) -> ContourChart {
        let frame = surface.frame
        let paths = descents.map { ContourChart.Path("\($0.optimizer) \(short($0.learningRate))", $0.points) }
        return ContourChart(
            title, contours, x: frame.x, y: frame.y, levels: frame.levels, paths: paths, minimum: surface.minimum
        ) { x, y in surface.value(x, y) }
    }

    public var table: Table {
        Table(
            ["optimizer", "bowl: rate", "value at the end", "turns back", "rosenbrock: rate", "value at the end", "\(data): rate", "train loss", "test loss", "test accuracy"],
            curves.enumerated().map { place, curve in
                let (bowl, valley) = (descents[.bowl]![place], descents[.rosenbrock]![place])
                let last = curve.epochs.last
                return [
                    curve.optimizer, short(bowl.learningRate), digits(bowl.values.last), percent(bowl.zigzags), short(valley.learningRate),
                    digits(valley.values.last), short(curve.learningRate), curve.problem ?? digits(last?.train.loss), digits(last?.test?.loss),
                    percent(last?.test?.accuracy),
                ]
            })
    }

    public var json: [[JSONValue.Member]] {
        let ways = Surface.allCases.flatMap { surface in
            (descents[surface] ?? []).map { descent -> [JSONValue.Member] in
                [
                    .init("surface", .string(surface.rawValue)), .init("optimizer", .string(descent.optimizer)),
                    .init("learningRate", .number(descent.learningRate)), .init("turnsBack", .finite(descent.zigzags)),
                    .init("values", .array(descent.values.map { .finite($0) })),
                    .init("points", .array(descent.points.map { .array([.finite($0.x), .finite($0.y)]) })),
                ]
            }
        }
        return ways + curves.map { curve in
            [
                .init("data", .string(data)), .init("optimizer", .string(curve.optimizer)), .init("learningRate", .number(curve.learningRate)),
                .init("trainLosses", .array(curve.epochs.map { .finite($0.train.loss) })),
                .init("testLosses", .array(curve.epochs.map { .finite($0.test?.loss) })),
                .init("testAccuracies", .array(curve.epochs.map { .finite($0.test?.accuracy) })),
                .init("problem", curve.problem.map(JSONValue.string) ?? .null),
            ]
        }
    }
}
