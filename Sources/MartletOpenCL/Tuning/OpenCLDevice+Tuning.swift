import MartletBackend

extension OpenCLDevice {
    package var traits: DeviceTraits { DeviceTraits(context.device, deviceClass) }

    /// The name of the variant that a launch gets on this device, such as `registers-12x2`, and where the choice comes from; nil
    /// where there is none.
    package func variant(for launch: Launch) -> (name: String, origin: Tuning.Origin)? {
        TunedTasks.of(launch).map { task in
            let kernels = kernels(for: type(of: task.operation))
            return tuning(of: kernels).name(for: task, on: DeviceTraits(context.device, kernels))
        }
    }

    /// How so many kernels, launched one after another, come to the device.
    func variant(for task: ReplayTask) -> ReplayVariant { tuning.choice(for: task, on: traits).variant }

    /// What is known of its kernels of a class: only the usual ones are tuned.
    fileprivate func tuning(of kernels: DeviceClass) -> Tuning { kernels == deviceClass ? tuning : .none }
}

extension LaunchBuilder {
    /// The variant for a task.
    func variant<Task: TunedTask>(for task: Task) -> Task.Variant {
        device.tuning(of: deviceClass).choice(for: task, on: DeviceTraits(device.context.device, deviceClass)).variant
    }
}
