extension TuningFile {
    /// What comes with Martlet for a kind of devices: those of PoCL whose vectors have 16 floats.
    static func shipped(for device: DeviceTraits) -> TuningFile? {
        device.info.isPoCL && device.info.preferredVectorWidth == 16 && device.deviceClass == .cpu ? pocl : nil
    }

    /// `Kernels/Tuning/pocl.tuning`, whose text is the programmer's: it can be read.
    package static let pocl: TuningFile? = embeddedKernels.first { "\($0.name)" == "Tuning/pocl.tuning" }
        .flatMap { try? TuningFile(parsing: "\($0.text)", path: "pocl.tuning") }
}
