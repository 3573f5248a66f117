import ArgumentParser

struct OutputOptions: ParsableArguments {
    @Flag(help: "Results as JSON, one object a line.")
    var json = false

    @Flag(help: "Nothing on stderr but errors.")
    var quiet = false
}
