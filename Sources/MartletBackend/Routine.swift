import MartletOps

/// A prepared program without buffers of its own.
public protocol Routine: AnyObject, Sendable {
    /// Enqueues one run on these buffers, and keeps none of them once it has returned: whoever frees or reuses one
    /// later does so in order with the launches.
    /// - Precondition: one buffer of this device for each region, in the order of the preparation, large enough.
    func run(_ step: StepParameters, on buffers: [any Buffer]) throws(DeviceError)
}

extension Device {
    /// For devices where speed is no aim: everything is prepared anew at each run.
    public func prepareRoutine(_ program: Program, regions: [Region]) throws(DeviceError) -> any Routine {
        PlainRoutine(program, regions, self)
    }
}

private final class PlainRoutine<D: Device>: Routine {
    private let program: Program
    private let regions: [Region]
    private let device: D

    init(_ program: Program, _ regions: [Region], _ device: D) {
        self.program = program
        self.regions = regions
        self.device = device
    }

    func run(_ step: StepParameters, on buffers: [any Buffer]) throws(DeviceError) {
        let bound = Dictionary(uniqueKeysWithValues: zip(regions, buffers))
        try device.prepare(program, regions: bound).run(step)
    }
}
