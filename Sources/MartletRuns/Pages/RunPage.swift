import MartletReport
import MartletTraining

/// A run as one page.
public struct RunPage {
    private let run: RunRecord

    public init(_ run: RunRecord) { self.run = run }

    public var html: String {
        var page = Page("Martlet: \(run.name)")
        page.lines(summary)
        if !run.warnings.isEmpty { page.notice("The log is not whole", run.warnings, isGood: false) }
        if let outcome = run.outcome, let message = outcome.message {
            page.notice("The run did not come to its end", [message], isGood: false)
        }
        page.charts(run.curves)
        diagnosis(&page)
        section("Layer by layer", run.layerCharts, &page)
        section("What layers give", run.activationCharts, &page)
        predictions(&page)
        pictures(&page)
        time(&page)
        settings(&page)
        return page.html
    }

    private var summary: [String] {
        let settings = run.settings
        // Those of a deep network are in the table below.
        let layers = settings.layers.count > 16
            ? "\(settings.layers.count) layers" : settings.layers.map { $0.activation ?? $0.kind }.joined(separator: " → ")
        var lines = [
            "\(settings.data.name): \(settings.data.trainCount) training samples, \(settings.parameterCount) parameters; \(settings.optimizer) \(short(settings.learningRate)), batch \(settings.batchSize), seed \(settings.seed)",
            "\(settings.device); begun \(settings.started)", layers,
        ]
        if let last = run.epochs.last {
            let parts = [("train", last.train), ("validation", last.validation), ("test", last.test)].compactMap { name, part in
                part.map { "\(name) loss \(digits($0.loss))" + ($0.accuracy.map { ", accuracy \(percent($0))" } ?? "") }
            }
            lines.insert("after \(last.epoch) epoch\(last.epoch == 1 ? "" : "s"): " + parts.joined(separator: "; "), at: 0)
        }
        if let kept = run.outcome?.kept {
            let which = kept.weights == .best ? "those of epoch \(kept.epoch), the best" : "averages up to epoch \(kept.epoch)"
            let worth = kept.test.map { "; test loss \(digits($0.loss))" + ($0.accuracy.map { ", accuracy \(percent($0))" } ?? "") } ?? ""
            lines.insert("the weights are \(which)\(worth)", at: min(1, lines.count))
        }
        return lines
    }

    private func section(_ heading: String, _ charts: [any Chart], _ page: inout Page) {
        guard charts.contains(where: { !$0.svg.isEmpty }) else { return }
        page.heading(heading)
        page.charts(charts)
    }

    private func diagnosis(_ page: inout Page) {
        page.heading("Diagnosis")
        let findings = run.diagnosis()
        if findings.isEmpty { page.notice("Nothing is wrong, as far as the rules of martlet diagnose can tell", [], isGood: true) }
        for finding in findings { page.notice(finding.title, [finding.evidence, finding.advice], isGood: false) }
    }

    private func predictions(_ page: inout Page) {
        let names = run.settings.data.classNames
        if let confusion = run.outcome?.confusion, confusion.counts.count == names.count {
            page.heading("Confusions in the test data")
            page.charts([
                HeatMap(
                    "True class down, predicted class across", x: "predicted", y: "true", columns: names, rows: names,
                    values: confusion.counts.map { $0.map(Double.init) }, hasNumbers: true, isByRow: true)
            ])
            let rows = confusion.confusions.prefix(8).map { [names[$0.truth], names[$0.predicted], "\($0.count)"] }
            if !rows.isEmpty {
                page.paragraph("The most confused pairs:")
                page.table(Table(["true", "taken for", "times"], rows))
            }
        }
        if let pairs = run.outcome?.pairs, !pairs.isEmpty {
            page.heading("Test data")
            let values = pairs.map { $0[0] }
            page.charts([
                LineChart(
                    "What was given for what was wanted", x: "wanted", y: "given",
                    [
                        .init("samples", pairs.map { ($0[0], $0[1]) }, hasLine: false, hasMarks: true),
                        .init("equal", [(values.min()!, values.min()!), (values.max()!, values.max()!)], hasMarks: false, isDashed: true),
                    ])
            ])
        }
    }

    private func pictures(_ page: inout Page) {
        guard let outcome = run.outcome else { return }
        let names = run.settings.data.classNames
        func name(_ place: Int) -> String { names.indices.contains(place) ? names[place] : "\(place)" }
        if !outcome.worst.isEmpty {
            page.heading("The worst-classified test samples")
            let pictures = outcome.worst.compactMap { sample in
                sample.image.map {
                    Picture($0.image, "\(name(sample.truth)) taken for \(name(sample.predicted)); \(percent(sample.probability)) for the truth")
                }
            }
            if pictures.isEmpty {
                let rows = outcome.worst.map { ["\($0.index)", name($0.truth), name($0.predicted), percent($0.probability)] }
                page.table(Table(["sample", "true", "taken for", "probability of the truth"], rows))
            }
            page.pictures(pictures)
        }
        let filters = outcome.filters.map(\.image)
        if !filters.isEmpty {
            page.heading("Filters of the first layer")
            page.paragraph("Grey is zero; each is as bright as its largest weight.")
            page.pictures(filters.enumerated().map { Picture($1, "\($0)") })
        }
    }

    private func time(_ page: inout Page) {
        guard let phases = run.outcome?.phases, !phases.isEmpty else { return }
        let total = phases.reduce(0) { $0 + $1.seconds }
        page.heading("Time")
        page.table(Table(
            ["phase", "seconds", "share"],
            phases.map { [$0.name, digits($0.seconds), percent($0.seconds / max(total, 1e-9))] }))
    }

    private func settings(_ page: inout Page) {
        let settings = run.settings, data = settings.data
        page.heading("Settings")
        var rows = [
            ["data", "\(data.name), samples of \(data.sampleShape.map(String.init).joined(separator: "x"))"],
            ["samples", "\(data.trainCount) training"
                + (data.validationCount.map { ", \($0) validation" } ?? "") + (data.testCount.map { ", \($0) test" } ?? "")],
            ["loss", settings.loss], ["optimizer", settings.optimizer], ["learning rate", "\(settings.learningRate)"],
            ["weight decay", "\(settings.weightDecay)"], ["batch size", "\(settings.batchSize)"],
            ["epochs", "\(settings.epochs)"], ["seed", "\(settings.seed)"], ["backend", settings.backend], ["device", settings.device],
        ]
        rows += settings.optimizerSettings.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        rows += RunSettings.optionNames.compactMap { name in settings.options[name].map { [name, $0] } }
        if !settings.command.isEmpty { rows.append(["command", settings.commandLine]) }
        if let hash = run.outcome?.weightsSHA256 { rows.append(["weights' SHA-256", hash]) }
        page.table(Table(["", ""], rows.filter { !$0[1].isEmpty }))
        page.table(Table(
            ["layer", "kind", "output", "parameters"],
            settings.layers.map { [$0.name, $0.activation ?? $0.kind, $0.outputShape, "\($0.parameters)"] }))
    }
}
