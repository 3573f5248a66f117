/// What was measured of the variants on one device with one driver.
///
/// A file is text, a line to a task and an indented line to each variant that was tried; see `TuningFile+Text.swift`.
package struct TuningFile: Hashable, Sendable {
    package var device: TunedDevice
    package var results: [TuningResult] = []

    package init(_ device: TunedDevice) { self.device = device }

    package subscript(task: String) -> TuningResult? {
        get { results.first { $0.task == task } }
        set {
            if let place = results.firstIndex(where: { $0.task == task }) {
                if let newValue { results[place] = newValue } else { results.remove(at: place) }
            } else if let newValue {
                results.append(newValue)
            }
        }
    }

    /// The fastest variant for a task.
    func choice(for task: String) -> String? { self[task]?.choice }

    /// The fastest variant for the task that is nearest.
    func choice<Task: TunedTask>(near task: Task) -> String? {
        var nearest: (distance: Double, choice: String)?
        for result in results {
            guard let choice = result.choice, let other = Task(parsing: result.task), let distance = task.distance(to: other) else { continue }
            if distance < nearest?.distance ?? .infinity { nearest = (distance, choice) }
        }
        return nearest?.choice
    }

    /// Variants that gave wrong bits, or ended their process, for any task of the kind: they are taken for none.
    package func quarantined<Task: TunedTask>(of kind: Task.Type) -> Set<String> {
        var names: Set<String> = []
        for result in results where Task(parsing: result.task) != nil {
            for candidate in result.candidates where candidate.problem != nil { names.insert(candidate.variant) }
        }
        return names
    }

    package var quarantined: [(task: String, variant: String, problem: String)] {
        results.flatMap { result in
            result.candidates.compactMap { candidate in candidate.problem.map { (result.task, candidate.variant, $0) } }
        }
    }
}

/// What was tried for one task.
package struct TuningResult: Hashable, Sendable {
    package var task: String
    /// The variant that is taken; nil where none is known to be right.
    package var choice: String?
    /// Whether the search came to its end.
    package var isComplete = false
    package var candidates: [Candidate] = []

    /// A variant that was tried.
    package struct Candidate: Hashable, Sendable {
        package var variant: String
        /// Of one launch, at best; and as a multiple of what the usual variant took in turns with it.
        package var microseconds = 0.0
        package var ratio = 1.0
        /// Why it is quarantined; nil where its bits are right.
        package var problem: String?

        package init(_ variant: String, microseconds: Double = 0, ratio: Double = 1, problem: String? = nil) {
            (self.variant, self.microseconds, self.ratio, self.problem) = (variant, microseconds, ratio, problem)
        }
    }

    package init(_ task: String) { self.task = task }

    package subscript(variant: String) -> Candidate? {
        get { candidates.first { $0.variant == variant } }
        set {
            guard let newValue else { return candidates.removeAll { $0.variant == variant } }
            if let place = candidates.firstIndex(where: { $0.variant == variant }) {
                candidates[place] = newValue
            } else {
                candidates.append(newValue)
            }
        }
    }

    /// Those with the right bits, the fastest first.
    package var ranking: [Candidate] { candidates.filter { $0.problem == nil }.sorted { ($0.ratio, $0.variant) < ($1.ratio, $1.variant) } }
}

/// What a tuning file is about. Results of another device, or of another driver, say nothing.
package struct TunedDevice: Hashable, Sendable {
    package var name, driver, platform: String
    package var deviceClass: DeviceClass

    package init(_ traits: DeviceTraits) {
        (name, driver, platform) = (traits.info.name, traits.info.driverVersion, traits.info.platformVersion)
        deviceClass = traits.deviceClass
    }

    init(name: String, driver: String, platform: String, deviceClass: DeviceClass) {
        (self.name, self.driver, self.platform, self.deviceClass) = (name, driver, platform, deviceClass)
    }
}
