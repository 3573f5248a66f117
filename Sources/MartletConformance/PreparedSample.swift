import MartletBackend
import MartletCore
import MartletOps

/// A sample's launch that is ready to run, every tensor in memory of its own, away from its start and with canaries around
/// it, so that a stray write shows.
package struct PreparedSample {
    package let executable: any Executable
    package let step: StepParameters
    private let sample: Sample
    private let device: any Device
    private let buffers: [any Buffer]
    private let slots: [Slot]

    /// - Parameter repetitions: how often one run launches it.
    package init(_ sample: Sample, _ data: SampleData, on device: any Device, repetitions: Int = 1) throws(DeviceError) {
        var buffers: [any Buffer] = []
        var slots: [Slot] = []
        var regions: [Region: any Buffer] = [:]
        for (place, tensor) in (data.operands + data.results).enumerated() {
            let buffer = try device.makeBuffer(
                tensor.dtype, count: Self.margin + tensor.count + Self.margin, purpose: "sample '\(sample.label)'")
            // At once: Oclgrind forgets what it knew of a buffer when a part of it is written.
            try buffer.write(Self.surrounded(tensor), at: 0)
            buffers.append(buffer)
            slots.append(Slot(.external(place), offset: Self.margin, tensor.type))
            regions[.external(place)] = buffer
        }
        let count = data.operands.count
        let launch = Launch(
            sample.operation, Array(slots.prefix(count)), Array(slots.dropFirst(count)), label: sample.label)
        executable = try device.prepare(Program(Array(repeating: launch, count: repetitions)), regions: regions)
        step = data.step
        (self.sample, self.device, self.buffers, self.slots) = (sample, device, buffers, slots)
    }

    /// Runs it once.
    /// - Returns: the results.
    package func run() throws(DeviceError) -> [HostArray] {
        try executable.run(step)
        try device.finish()
        for (place, (buffer, slot)) in zip(buffers, slots).enumerated() where try !Self.isIntact(buffer, after: slot) {
            let context = "\(type(of: sample.operation).name) '\(sample.label)' wrote beside tensor \(place)"
            throw .call(name: "launch", code: "STRAY_WRITE", context: context)
        }
        var results: [HostArray] = []
        for (buffer, slot) in zip(buffers, slots).dropFirst(sample.operands.count) {
            results.append(try buffer.read(slot.type, at: Self.margin))
        }
        return results
    }

    private static let margin = 64
    private static let canary: UInt8 = 0xFF

    /// A tensor's elements with canaries before and behind: bytes of ones, which are NaN as a float.
    private static func surrounded(_ tensor: HostArray) -> HostArray {
        func around<T>(_ values: [T], _ canary: T) -> [T] {
            let margin = Array(repeating: canary, count: margin)
            return margin + values + margin
        }
        let shape: Shape = [margin + tensor.count + margin]
        return switch tensor.elements {
        case .float32(let values): HostArray(shape, around(values, Float(bitPattern: .max)))
        case .int32(let values): HostArray(shape, around(values, -1))
        case .uint8(let values): HostArray(shape, around(values, canary))
        }
    }

    private static func isIntact(_ buffer: any Buffer, after slot: Slot) throws(DeviceError) -> Bool {
        let margin = TensorType([margin], buffer.dtype)
        let around = [try buffer.read(margin, at: 0), try buffer.read(margin, at: Self.margin + slot.type.elementCount)]
        return around.allSatisfy { array in
            array.dtype == .float32
                ? array.floats.allSatisfy(\.isNaN) : array.integers.allSatisfy { $0 == -1 || $0 == Int32(canary) }
        }
    }
}
