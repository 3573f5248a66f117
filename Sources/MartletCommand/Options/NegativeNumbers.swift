/// The arguments with every number below zero joined to the option before it, `--learning-rate=-1` for `--learning-rate -1`: alone
/// it would be taken for an option itself, and the message would be that a value is missing.
func joiningNegativeNumbers(_ arguments: some Sequence<String>) -> [String] {
    var joined: [String] = []
    var isLiteral = false
    for argument in arguments {
        // Behind `--` everything is a name.
        isLiteral = isLiteral || argument == "--"
        if !isLiteral, isNegativeNumber(argument), let option = joined.last, option.hasPrefix("--"), !option.contains("=") {
            joined[joined.count - 1] = "\(option)=\(argument)"
        } else {
            joined.append(argument)
        }
    }
    return joined
}

/// `-1`, `-.5e3`, `-inf`, and lists that begin with one.
private func isNegativeNumber(_ text: String) -> Bool {
    text.hasPrefix("-") && text.dropFirst().split(separator: ",").first.flatMap { Double($0) } != nil
}
