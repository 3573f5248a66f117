import MartletFormats
import MartletReport
import MartletTraining

public struct RegularisationResult: StudyResult {
    public let study: RegularisationStudy
    public let data: String
    public let samples: Int
    public let cases: [RegularisationStudy.Case]

    private func name(_ item: RegularisationStudy.Case) -> String {
        item.dropout > 0 ? "dropout \(item.dropout)" : item.weightDecay > 0 ? "decay \(item.weightDecay)" : "neither"
    }

    public var page: Page {
        var page = Page("Martlet study: weight decay and dropout")
        page.paragraph("Layers of \(study.widths.map(String.init).joined(separator: " and ")) with \(study.activation) on \(samples) samples of \(data). Accuracies are measured without dropout. Weight decay is decoupled (AdamW): after each step, weights lose that share of themselves.")
        page.table(table.withoutEmptyColumns)
        let decayed = named(cases.filter { $0.dropout == 0 })
        let plainAndDropped = cases.filter { $0.dropout > 0 || $0.weightDecay == 0 }
        let dropped = named(plainAndDropped)
        let removals = plainAndDropped.map { item -> LineChart.Series in
            var points: [(x: Double, y: Double)] = []
            for (share, accuracy) in zip(study.removed, item.afterRemoval) { points.append((share, accuracy)) }
            return LineChart.Series(name(item), points)
        }
        page.charts([
            LineChart("Test accuracy, with weight decay", x: "epoch", y: "", curves(decayed) { $0.test?.accuracy }),
            LineChart("Test accuracy, with dropout", x: "epoch", y: "", curves(dropped) { $0.test?.accuracy }),
            LineChart("Accuracy when units are removed", x: "share of each hidden layer's units removed", y: "test accuracy", removals),
            LineChart("Test loss, with weight decay", x: "epoch", y: "", curves(decayed) { $0.test?.loss }, isLogY: true),
            LineChart("Test loss, with dropout", x: "epoch", y: "", curves(dropped) { $0.test?.loss }, isLogY: true),
            LineChart("Loss on the training samples, with weight decay", x: "epoch", y: "", curves(decayed) { $0.validation?.loss }, isLogY: true),
            LineChart("Loss on the training samples, with dropout", x: "epoch", y: "", curves(dropped) { $0.validation?.loss }, isLogY: true),
        ])
        return page
    }

    private func named(_ cases: [RegularisationStudy.Case]) -> [(name: String, epochs: [History.Epoch])] {
        cases.map { (name: name($0), epochs: $0.epochs) }
    }

    public var table: Table {
        let shares = study.removed.filter { $0 > 0 }
        return Table(
            ["weight decay", "dropout", "training accuracy", "test accuracy", "gap", "training loss", "test loss"] + shares.map { "without \(short(100 * $0)) %" },
            cases.map { item in
                let last = item.epochs.last
                let measured: [String] = [
                    short(item.weightDecay), short(Double(item.dropout)), percent(last?.validation?.accuracy), percent(last?.test?.accuracy),
                    percent(item.gap), digits(last?.validation?.loss), digits(last?.test?.loss),
                ]
                let removed = zip(study.removed, item.afterRemoval).filter { $0.0 > 0 }.map { percent($0.1) }
                return measured + (removed.isEmpty ? shares.map { _ in "" } : removed)
            })
    }

    public var json: [[JSONValue.Member]] {
        cases.map { item in
            let last = item.epochs.last
            return [
                .init("weightDecay", .number(item.weightDecay)), .init("dropout", .number(Double(item.dropout))),
                .init("trainAccuracy", .finite(last?.validation?.accuracy)), .init("testAccuracy", .finite(last?.test?.accuracy)),
                .init("trainLoss", .finite(last?.validation?.loss)), .init("testLoss", .finite(last?.test?.loss)),
                .init("removed", .array(item.afterRemoval.isEmpty ? [] : study.removed.map { .number($0) })),
                .init("accuracyAfterRemoval", .array(item.afterRemoval.map { .finite($0) })),
            ]
        }
    }
}
