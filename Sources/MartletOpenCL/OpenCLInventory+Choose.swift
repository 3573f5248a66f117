import MartletBackend

extension OpenCLInventory {
    /// Turns a selection into a device, or into the CPU path.
    /// - Parameter probe: the verdict on a device; asked for `auto` alone, of GPUs alone, in order, until one passes.
    /// - Throws: `DeviceError.unavailable` where OpenCL is asked for and there is none; `DeviceError.badSelection`, which
    ///   lists the devices, where the selection names none or several.
    public func choose(
        _ selection: BackendSelection, probe: (OpenCLDeviceInfo) throws(DeviceError) -> ProbeVerdict
    ) throws(DeviceError) -> BackendChoice {
        switch selection {
        case .cpu: return BackendChoice(device: nil, reason: "because it was asked for")
        case .auto: return automatic(probe)
        case .opencl(let selector):
            let usable = preferred
            guard let first = usable.first else { throw unavailable }
            switch selector {
            case .any:
                return BackendChoice(device: first, reason: "because \(selection) takes \(rank(first, of: usable.count))")
            case .index(let index):
                // A number that is no index may be part of a name: 4090.
                if let device = devices.first(where: { $0.index == index }) { return chosen(device, selection) }
                return chosen(try named("\(index)", selection), selection)
            case .device(let platform, let index):
                guard let device = devices.first(where: { $0.platformIndex == platform && $0.deviceIndex == index })
                else { throw none(selection) }
                return chosen(device, selection)
            case .name(let name):
                return chosen(try named(name, selection), selection)
            }
        }
    }

    /// GPUs first, then CPUs, then the rest, each in the order of the platforms.
    private var preferred: [OpenCLDeviceInfo] {
        let usable = devices.filter(\.usable)
        return usable.filter(\.isGPU) + usable.filter { !$0.isGPU && $0.isCPU } + usable.filter { !$0.isGPU && !$0.isCPU }
    }

    private func rank(_ device: OpenCLDeviceInfo, of count: Int) -> String {
        if count == 1 { return "the only device" }
        return device.isGPU ? "the first GPU" : device.isCPU ? "the first CPU, there being no GPU" : "the first device"
    }

    private func chosen(_ device: OpenCLDeviceInfo, _ selection: BackendSelection) -> BackendChoice {
        BackendChoice(device: device, reason: "because \(selection) names it")
    }

    private func automatic(_ probe: (OpenCLDeviceInfo) throws(DeviceError) -> ProbeVerdict) -> BackendChoice {
        let gpus = devices.filter { $0.isGPU && $0.usable }
        var refusals: [String] = []
        for gpu in gpus {
            do throws(DeviceError) {
                let verdict = try probe(gpu)
                if verdict.keepsTheContract {
                    return BackendChoice(
                        device: gpu, reason: "because it is a GPU whose numerics probe passed (\(verdict))")
                }
                refusals.append("GPU \(gpu.label) did not pass the numerics probe (\(verdict))")
            } catch {
                refusals.append("GPU \(gpu.label) cannot be used (\(error))")
            }
        }
        guard refusals.isEmpty else {
            return BackendChoice(device: nil, reason: "because \(refusals.joined(separator: " and "))")
        }
        // On a CPU the native path is faster than any OpenCL driver's.
        guard !devices.isEmpty else { return BackendChoice(device: nil, reason: "because \(lack)") }
        return BackendChoice(
            device: nil, reason: "because no OpenCL device is a GPU (--backend opencl takes \(labels) all the same)")
    }

    /// The device that part of a name means: its own name first, then its vendor's and platform's.
    private func named(_ name: String, _ selection: BackendSelection) throws(DeviceError) -> OpenCLDeviceInfo {
        let wanted = name.lowercased()
        let exact = devices.filter { $0.name.lowercased() == wanted }
        let byName = devices.filter { contains($0.name, wanted) }
        let byMaker = devices.filter { contains($0.vendor, wanted) || contains($0.platformName, wanted) }
        let matches = [exact, byName, byMaker].first { !$0.isEmpty } ?? []
        guard let device = matches.first else { throw none(selection) }
        guard matches.count == 1 else {
            throw .badSelection("'\(selection)' names \(matches.count) of the devices: \(labels). Name one by opencl:<platform>.<index>")
        }
        return device
    }

    private func none(_ selection: BackendSelection) -> DeviceError {
        .badSelection("'\(selection)' names no OpenCL device; there are: \(labels). Expected \(BackendSelection.grammar)")
    }

    private var labels: String { devices.map(\.label).joined(separator: ", ") }
}

/// Whether a text contains another, which is in lower case.
private func contains(_ text: String, _ part: String) -> Bool {
    let (text, part) = (Array(text.lowercased().utf8), Array(part.utf8))
    guard part.count <= text.count else { return false }
    return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
}
