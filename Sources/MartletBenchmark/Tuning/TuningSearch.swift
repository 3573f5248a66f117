import MartletOpenCL

/// The way through the variants of a task: the usual one, those that are known to be good for such tasks, and from the best
/// so far to its neighbours, until it has none left that was not tried.
package struct TuningSearch<Task: TunedTask> {
    let task: Task
    let device: DeviceTraits
    /// Variants that are fast elsewhere, by name.
    let seeds: [String]

    package init(_ task: Task, on device: DeviceTraits, seeds: [String] = []) {
        (self.task, self.device, self.seeds) = (task, device, seeds)
    }

    package var usual: String { task.usual(on: device).name }

    /// Everything that may be tried.
    package var candidates: [Task.Variant] {
        let usual = task.usual(on: device)
        return Task.Variant.all.filter { task.takes($0, on: device) && ($0 == usual || task.suits($0, on: device)) }
    }

    /// The next variant to try; nil at the end of the search.
    package func next(after result: TuningResult, without quarantined: Set<String> = []) -> String? {
        func isNew(_ name: String) -> Bool { result[name] == nil && !quarantined.contains(name) }
        let candidates = candidates
        let known = Set(candidates.map(\.name))
        for name in [usual] + seeds where known.contains(name) && isNew(name) { return name }
        // Where the usual variant is wrong, any right one is a beginning.
        guard let best = result.ranking.first.flatMap({ Task.Variant.byName[$0.variant] }) else {
            return candidates.first { isNew($0.name) }?.name
        }
        let others = candidates.filter { $0 != best }.compactMap { other in best.distance(to: other).map { (distance: $0, name: other.name) } }
        // Two steps away, so that one bad size does not hide a good one behind it; further where there is nothing nearer.
        let reach = max(2, others.map(\.distance).min() ?? 0)
        let neighbours = others.filter { $0.distance <= reach && isNew($0.name) }
        return neighbours.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }
}

extension TuningResult {
    /// Whose time others are compared with: the usual variant, or where its bits are wrong the best; nil where there is none yet.
    func reference(usual: String) -> String? {
        if let known = self[usual], known.problem == nil { return usual }
        return ranking.first?.variant
    }

    /// Those that are measured once more, beside each other.
    var finalists: [String] { ranking.prefix(3).filter { $0.ratio < 1.03 }.map(\.variant) }

    /// Takes over what a child process has measured.
    mutating func record(_ found: [(variant: String, seconds: Double?, problem: String?)], reference: String?) {
        let base = found.first { $0.variant == reference }?.seconds
        let share = reference.flatMap { self[$0]?.ratio } ?? 1
        for (variant, seconds, problem) in found {
            guard problem == nil, let seconds else {
                self[variant] = Candidate(variant, problem: problem ?? "it was not measured")
                continue
            }
            var time = 1e6 * seconds
            // Of what is measured again and again, the best.
            if variant == reference, let before = self[variant]?.microseconds { time = min(time, before) }
            self[variant] = Candidate(variant, microseconds: time, ratio: variant == reference ? share : base.map { share * seconds / $0 } ?? 1)
        }
    }

    /// Takes the fastest, unless the usual one is about as good: then that. Less than a twentieth is noise, and of a launch by itself,
    /// whose operands are in the caches, it says nothing of a launch within a step.
    mutating func choose(usual: String, isConfirmed: Bool) {
        guard let best = ranking.first else { return choice = nil }
        let usualIsRight = self[usual].map { $0.problem == nil } ?? false
        choice = best.ratio < (isConfirmed ? 0.95 : 0.9) || !usualIsRight ? best.variant : usual
    }
}
