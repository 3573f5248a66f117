/// The candidate nearest to a misspelt name (Levenshtein distance, at most a third of the letters), if any is near.
public func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let best = candidates.map { (editDistance(name.lowercased(), $0.lowercased()), $0) }.min { $0.0 < $1.0 }
    guard let (distance, candidate) = best, distance <= max(1, max(name.count, candidate.count) / 3) else { return nil }
    return candidate
}

/// `unknown optimizer 'adm'; did you mean 'adam'? Known: adam, momentum, sgd`
public func unknownName(_ kind: String, _ name: String, known: some Sequence<String>) -> String {
    let suggestion = nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "."
    return "unknown \(kind) '\(name)'\(suggestion) Known: \(known.joined(separator: ", "))"
}

private func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var previous = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var current = [i + 1]
        for (j, other) in b.enumerated() {
            current.append(min(previous[j] + (letter == other ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
        }
        previous = current
    }
    return previous[b.count]
}
