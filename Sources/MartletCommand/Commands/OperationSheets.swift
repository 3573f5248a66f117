import Martlet

/// The tables of the sources, as sheets.
extension Sheet {
    static var everything: [Sheet] {
        [operations, composites, functions, activations, losses, optimizers, schedules, initialisers]
    }

    private static var operations: Sheet {
        Sheet(
            title: "Operations", kind: "operation",
            note: "What every backend launches. The order is that of sums and whatever else decides about bits.",
            layout: .entries, columns: operationColumns,
            rows: everyOperation.types.map { row($0, files: files(ofLaunched: $0)) })
    }

    private static var composites: Sheet {
        Sheet(
            title: "Composite operations", kind: "composite",
            note: "Made of operations, with gradient rules of their own. No backend launches them.",
            layout: .entries, columns: operationColumns, rows: everyComposite.map { row($0, files: [$0.summary.file]) })
    }

    private static let operationColumns = ["name", "formula", "order", "dtypes", "source", "files"]

    private static func row(_ type: any Operation.Type, files: [String]) -> [Cell] {
        [
            Cell(type.name), Cell(type.summary.formula), Cell(type.summary.order), Cell(dtypes(type)), Cell(type.summary.source),
            Cell(files),
        ]
    }

    /// The element types that its samples take and give: `float32, int32 -> float32`.
    private static func dtypes(_ type: any Operation.Type) -> String {
        var (operands, results) = ([String](), [String]())
        for sample in type.samples {
            for operand in sample.operands where !operands.contains("\(operand.dtype)") { operands.append("\(operand.dtype)") }
            for result in (try? sample.operation.resultTypes(sample.operands)) ?? [] where !results.contains("\(result.dtype)") {
                results.append("\(result.dtype)")
            }
        }
        return (operands.isEmpty ? "none" : operands.joined(separator: ", ")) + " -> " + results.joined(separator: ", ")
    }

    /// Files bear the operation's name. On the CPU path an operation and its gradient share one. The kernel of `Custom` is the
    /// user's.
    private static func files(ofLaunched type: any Operation.Type) -> [String] {
        let file = type.summary.file
        let stem = file.split(separator: "/").last!.dropLast(".swift".count)
        let kernel = type == Custom.self ? [] : ["Kernels/\(type.name).cl"]
        return [file, "MartletCPU/\(stem)+CPU.swift", "MartletOpenCL/\(type)+OpenCL.swift"] + kernel
    }

    private static var functions: Sheet {
        Sheet(
            title: "Pointwise functions", kind: "function",
            note: "What expressions are made of. A gradient flows to the arguments of the given places, counted from 1.",
            columns: ["name", "arity", "formula", "gradient"],
            rows: PointwiseFunction.all.map {
                [Cell($0.name), Cell($0.arity), Cell($0.text), Cell(places: $0.differentiableArguments)]
            })
    }

    private static var activations: Sheet {
        Sheet(
            title: "Activations", kind: "activation",
            note: "For --activation and Activation(\"name\"), with the defaults of their parameters and the weights drawn before them.",
            columns: ["name", "formula", "parameters", "weights"],
            rows: ActivationFunction.all.map { activation in
                [
                    Cell(activation.name), Cell(activation.function.text),
                    // By way of text: 0.01 is 0.009999999776 as a Double.
                    Cell(activation.parameters.map { Setting(name: $0.name, value: Double("\($0.value)")) }),
                    Cell(Initialiser.named.first { $0.initialiser == .suited(to: activation.name) }?.name),
                ]
            })
    }

    private static var losses: Sheet {
        Sheet(
            title: "Losses", kind: "loss",
            note: "Of a sample with outputs x and a target t or a class c. Settings without a number are not set.",
            columns: ["name", "formula", "targets", "settings"],
            rows: Loss.Kind.allCases.map(Loss.init).map { loss in
                [
                    Cell(loss.name), Cell(loss.formula), Cell(loss.scoresClasses ? "classes" : "numbers"),
                    Cell(loss.settingNames.map { Setting(name: $0, value: loss.values(of: $0).first) }),
                ]
            })
    }

    private static var optimizers: Sheet {
        Sheet(
            title: "Optimizers", kind: "optimizer",
            note: "Of a parameter p with gradient g, learning rate lr, iteration t from 1. States are numbers kept for each parameter. "
                + "Settings are changed by --set name=value.",
            columns: ["name", "formula", "states", "rate", "settings", "source"],
            rows: OptimizerRule.all.map { rule in
                [
                    Cell(rule.name), Cell(rule.text), Cell(rule.stateCount), Cell(rule.learningRate),
                    Cell(rule.settings.map { Setting(name: $0.name, value: $0.value) }), Cell(rule.source),
                ]
            })
    }

    private static var schedules: Sheet {
        Sheet(
            title: "Schedules", kind: "schedule",
            note: "For --schedule and Schedule(\"name\"): the learning rate of iteration t = 0, 1, … for the base rate. Lengths are "
                + "iterations (500), epochs (2epochs) or shares of the run (10%); … must be given.",
            layout: .entries, columns: ["name", "formula", "settings", "source"],
            rows: ScheduleRule.all.map { [Cell($0.name), Cell($0.text), Cell($0.settingsText), Cell($0.source)] })
    }

    private static var initialisers: Sheet {
        Sheet(
            title: "Initialisers", kind: "initialiser",
            note: "The variance is gain^2 / fan; average is (inputs + outputs) / 2.",
            columns: ["name", "distribution", "fan", "gain"],
            rows: Initialiser.named.map { name, initialiser in
                guard case .scaled(let gain, let fan, let distribution) = initialiser else { return [Cell(name)] }
                return [Cell(name), Cell(distribution.rawValue), Cell(fan.rawValue), Cell(gain)]
            })
    }
}
