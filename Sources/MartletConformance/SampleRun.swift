import MartletBackend
import MartletCore
import MartletOps

extension Sample {
    /// The types of the results.
    public func resultTypes() throws(ShapeError) -> [TensorType] { try operation.resultTypes(operands) }

    /// The results of one launch on a device, every tensor in memory of its own, away from its start and with canaries
    /// around it, so that a stray write shows.
    public func run(on device: some Device, _ data: SampleData) throws(DeviceError) -> [HostArray] {
        let (executable, regions, slots, _) = try prepare(on: device, data)
        try executable.run(data.step)
        try device.finish()
        var results: [HostArray] = []
        for (place, slot) in slots.enumerated() {
            let buffer = regions[.external(place)]!
            guard try isIntact(buffer, after: slot) else {
                throw .call(name: "launch", code: "STRAY_WRITE", context: "\(type(of: operation).name) '\(label)' wrote beside tensor \(place)")
            }
            if place >= operands.count { results.append(try buffer.read(slot.type, at: Self.margin)) }
        }
        return results
    }

    /// A launch that is ready to run, with the tensors in memory.
    package func prepare(on device: any Device, _ data: SampleData) throws(DeviceError) -> (
        executable: any Executable, regions: [Region: any Buffer], slots: [Slot], step: StepParameters
    ) {
        let tensors = data.operands + data.results
        var regions: [Region: any Buffer] = [:]
        var slots: [Slot] = []
        for (place, tensor) in tensors.enumerated() {
            let buffer = try device.makeBuffer(
                tensor.dtype, count: Self.margin + tensor.count + Self.margin, purpose: "sample '\(label)'")
            // At once: Oclgrind forgets what it knew of a buffer when a part of it is written.
            try buffer.write(Self.surrounded(tensor), at: 0)
            regions[.external(place)] = buffer
            slots.append(Slot(.external(place), offset: Self.margin, tensor.type))
        }
        let launch = Launch(
            operation, Array(slots.prefix(operands.count)), Array(slots.dropFirst(operands.count)), label: label)
        return (try device.prepare(Program([launch]), regions: regions), regions, slots, data.step)
    }

    /// The results of the operation's Float64 formula.
    public func oracle(_ data: SampleData) -> [[Double]] {
        func tensor(_ array: HostArray) -> OracleTensor {
            OracleTensor(array.type, array.dtype == .float32 ? array.floats.map(Double.init) : array.integers.map(Double.init))
        }
        var results = data.results.map(tensor)
        operation.evaluate(data.operands.map(tensor), into: &results, step: data.step)
        return results.map(\.values)
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

    private func isIntact(_ buffer: any Buffer, after slot: Slot) throws(DeviceError) -> Bool {
        let margin = TensorType([Self.margin], buffer.dtype)
        let around = [try buffer.read(margin, at: 0), try buffer.read(margin, at: Self.margin + slot.type.elementCount)]
        return around.allSatisfy { array in
            array.dtype == .float32
                ? array.floats.allSatisfy(\.isNaN) : array.integers.allSatisfy { $0 == -1 || $0 == Int32(Self.canary) }
        }
    }
}

/// Whether two results agree under the numerics contract.
public func sameBits(_ a: HostArray, _ b: HostArray) -> Bool {
    guard a.type == b.type else { return false }
    return a.dtype == .float32 ? sameBits(a.floats, b.floats) : a.elements == b.elements
}
