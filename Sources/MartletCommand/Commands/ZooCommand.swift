import ArgumentParser
import Martlet

struct ZooCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zoo", abstract: "Lists the trained models that come with Martlet.",
        discussion: """
            zoo:NAME takes the place of a file in evaluate, predict, summary and train --load. The command that is listed \
            with a model makes its file again, bit for bit, where DATA is the folder of the data.
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        try reporting {
            for model in ZooModel.all {
                let command = (["martlet"] + model.command).joined(separator: " ")
                let (count, samples) = model.correct
                if output.json {
                    Terminal.result([
                        .init("name", .string(model.name)), .init("summary", .string(model.summary)), .init("command", .string(command)),
                        .init("testAccuracy", .number(Double(count) / Double(samples))), .init("weightsSHA256", .string(model.weightsSHA256)),
                        .init("bytes", .integer(model.bytes.count)),
                    ])
                } else {
                    Terminal.result("""
                        \(Terminal.bold("zoo:\(model.name)"))  \(model.summary), \(Format.bytes(model.bytes.count))
                            test accuracy \(Format.percent(Double(count) / Double(samples))) (\(count) of \(samples))
                            weights' SHA-256 \(model.weightsSHA256)
                            \(command)
                        """)
                }
            }
        }
    }
}
