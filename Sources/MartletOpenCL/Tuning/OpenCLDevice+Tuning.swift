import MartletBackend

extension OpenCLDevice {
    package var traits: DeviceTraits { DeviceTraits(context.device, deviceClass) }

    /// The name of the variant that a launch gets on this device, such as `registers-12x2`, and where the choice comes from; nil
    /// where there is none.
    package func variant(for launch: Launch) -> (name: String, origin: Tuning.Origin)? {
        TunedTasks.of(launch).map { tuning.name(for: $0, on: traits) }
    }
}

extension LaunchBuilder {
    /// The variant for a task.
    func variant<Task: TunedTask>(for task: Task) -> Task.Variant { device.tuning.choice(for: task, on: device.traits).variant }
}
