import MartletBackend

/// Which variants a device takes. It decides about time and never about bits.
package struct Tuning: Sendable {
    /// Where a choice comes from.
    package enum Origin: String, Sendable {
        /// The rule of the operation.
        case usual
        /// Measured on this device.
        case tuned
        /// Measured on such a device when Martlet was made.
        case shipped
        /// Measured at a shape like this one.
        case near
        /// Asked for by name.
        case asked
    }

    /// Variants by name, taken wherever they can be.
    private var asked: [String]
    /// Measured on this device; nil where nothing was.
    package private(set) var file: TuningFile?
    /// Measured when Martlet was made, on devices of such a kind.
    package private(set) var shipped: TuningFile?
    /// Why a file that is there is not used.
    package private(set) var problem: String?

    package init(asked: [String] = [], file: TuningFile? = nil, shipped: TuningFile? = nil, problem: String? = nil) {
        (self.asked, self.file, self.shipped, self.problem) = (asked, file, shipped, problem)
    }

    /// The rules alone.
    package static let none = Tuning()

    /// What is known of a device: its file in the cache, and what comes with Martlet.
    ///
    /// `MARTLET_TUNING=off` leaves the rules alone.
    package static func known(of device: DeviceTraits, in cache: ProgramCache = .shared) -> Tuning {
        if environmentValue("MARTLET_TUNING") == "off" { return .none }
        let shipped = TuningFile.shipped(for: device)
        do throws(TuningFileError) {
            return Tuning(file: try TuningFile.read(for: device, in: cache), shipped: shipped)
        } catch {
            return Tuning(shipped: shipped, problem: error.description)
        }
    }

    /// The variant for a task, and why it.
    package func choice<Task: TunedTask>(for task: Task, on device: DeviceTraits) -> (variant: Task.Variant, origin: Origin) {
        for name in asked {
            if let variant = Task.Variant.byName[name], task.takes(variant, on: device) { return (variant, .asked) }
        }
        let quarantined = file?.quarantined(of: Task.self) ?? []
        func usable(_ name: String?) -> Task.Variant? {
            guard let name, !quarantined.contains(name), let variant = Task.Variant.byName[name], task.takes(variant, on: device) else {
                return nil
            }
            return variant
        }
        for (file, origin) in [(file, Origin.tuned), (shipped, .shipped)] {
            if let variant = usable(file?.choice(for: task.name)) { return (variant, origin) }
        }
        for file in [file, shipped] {
            if let variant = usable(file?.choice(near: task)) { return (variant, .near) }
        }
        let usual = task.usual(on: device)
        if usable(usual.name) != nil { return (usual, .usual) }
        // Any other that is right, rather one made for such devices; where all are wrong, none is better.
        let others = Task.Variant.all.filter { usable($0.name) != nil }
        return (others.first { task.suits($0, on: device) } ?? others.first ?? usual, .tuned)
    }

    /// The name of the variant for a task of any kind.
    package func name(for task: any TunedTask, on device: DeviceTraits) -> (name: String, origin: Origin) {
        func find<Task: TunedTask>(_ task: Task) -> (String, Origin) {
            let found = choice(for: task, on: device)
            return (found.variant.name, found.origin)
        }
        return find(task)
    }
}
