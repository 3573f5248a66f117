import ArgumentParser
import Martlet

struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "Where the data come from: digits (embedded), idx:DIR (MNIST's files, plain or gzip), csv:FILE. Default: digits.",
        valueName: "source"))
    var data: String?

    @Option(help: ArgumentHelp("The column of a CSV file that is to be predicted.", valueName: "column"))
    var label: String?
}
