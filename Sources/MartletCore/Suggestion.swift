/// The candidate nearest to a misspelt name (edits, at most a third of the letters), if any is near.
public func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let best = candidates.map { (editDistance(name.lowercased(), $0.lowercased()), $0) }.min { $0.0 < $1.0 }
    guard let (distance, candidate) = best, distance <= max(1, max(name.count, candidate.count) / 3) else { return nil }
    return candidate
}

/// Up to five candidates that a name may mean, the nearest first: those that differ in a third of the letters at most, and those
/// that hold it. Where letters differ in their case alone, that one.
public func near(to name: String, among candidates: some Sequence<String>) -> [String] {
    let name = name.lowercased()
    let found = candidates.compactMap { candidate -> (distance: Int, name: String)? in
        let (distance, limit) = (editDistance(name, candidate.lowercased()), max(1, max(name.count, candidate.count) / 3))
        if distance <= limit { return (distance, candidate) }
        return name.count > 2 && candidate.lowercased().contains(name) ? (limit, candidate) : nil
    }
    // The sort is stable, so that equals stay in the order of the candidates.
    let sorted = found.sorted { $0.distance < $1.distance }
    return sorted.prefix(sorted.first?.distance == 0 ? 1 : 5).map(\.name)
}

/// `unknown optimizer 'adm'; did you mean 'adam'? Known: adam, momentum, sgd`
public func unknownName(_ kind: String, _ name: String, known: some Sequence<String>) -> String {
    let suggestion = nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "."
    return "unknown \(kind) '\(name)'\(suggestion) Known: \(known.joined(separator: ", "))"
}

/// The letters to insert, drop or replace, and the neighbours to swap, that turn one name into the other
/// (the optimal string alignment distance).
private func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var current = [i + 1]
        for (j, other) in b.enumerated() {
            var distance = min(previous[j] + (letter == other ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other { distance = min(distance, beforePrevious[j - 1] + 1) }
            current.append(distance)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[b.count]
}
