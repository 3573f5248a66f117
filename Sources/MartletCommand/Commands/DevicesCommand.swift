import ArgumentParser
import Martlet
import MartletOpenCL

struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "Lists every device and the verdict of its numerics probe.")

    @OptionGroup var output: OutputOptions

    func run() throws {
        try reporting {
            let cpu = try Backends.open(.cpu).device
            let inventory = OpenCLInventory.survey()
            let devices = inventory.devices.map { info in (info: info, verdict: verdict(info)) }
            if output.json {
                Terminal.result([.init("selection", "cpu"), .init("name", .string(cpu.name)), .init("verdict", "exact")])
                for (info, verdict) in devices { Terminal.result(try info.json(verdict)) }
                return
            }
            Terminal.result("cpu  \(Terminal.bold(cpu.name))\n     always there; the numerics contract holds by construction")
            for platform in inventory.platforms where platform.devices.isEmpty {
                Terminal.note("platform \(platform.index) '\(platform.name)' has no devices")
            }
            for (info, verdict) in devices { Terminal.result(info.text(verdict)) }
            if devices.isEmpty { Terminal.note("\(inventory.unavailable)") }
        }
    }

    private func verdict(_ info: OpenCLDeviceInfo) -> String {
        do throws(DeviceError) {
            return "\(try NumericsProbe.run(on: try OpenCLContext(info)).verdict)"
        } catch {
            return "could not be probed: \(error)"
        }
    }
}

extension Quarantine {
    /// `"quarantine": {"gpu": ["matmul"]}`, empty where every kernel is used.
    fileprivate var json: JSONValue.Member {
        let members = DeviceClass.allCases.filter { !self[$0].isEmpty }.map { deviceClass in
            JSONValue.Member(deviceClass.rawValue, .array(self[deviceClass].map { .string($0) }))
        }
        return .init("quarantine", .object(members))
    }
}

extension OpenCLDeviceInfo {
    private var quarantine: Quarantine { Quarantine(of: self) }

    fileprivate func text(_ verdict: String) -> String {
        """
        opencl:\(address)  \(Terminal.bold(name)) (\(kinds.map(\.rawValue).joined(separator: ", ")))
             platform     \(platformName), \(platformVersion)
             driver       \(driverVersion), \(version), \(languageVersion)
             memory       \(Format.bytes(globalMemory)), largest allocation \(Format.bytes(largestAllocation)), local \(Format.bytes(localMemory))
             units        \(computeUnits) compute units, work-groups up to \(largestWorkGroup)
             types        fp64 \(fp64 ? "yes" : "no"), fp16 \(fp16 ? "yes" : "no")
             numerics     \(verdict)
             tuning       \(tuning()?.summary ?? "unknown")
        """ + (quarantine.isEmpty ? "" : "\n     quarantine   \(quarantine.summary)")
    }

    fileprivate func json(_ verdict: String) throws -> [JSONValue.Member] {
        let fields = try JSONValue(encoding: self)
        let tuning = self.tuning()
        let quarantined = (tuning?.file?.quarantined ?? []).map { task, variant, reason in
            JSONValue.object([
                .init("task", .string(task)), .init("variant", .string(variant)), .init("reason", .string(reason)),
            ])
        }
        return [
            .init("selection", .string("opencl:\(address)")), .init("verdict", .string(verdict)), quarantine.json,
            .init("tuning", (tuning?.summary).map { .string($0) } ?? .null), .init("quarantinedVariants", .array(quarantined)),
        ] + (fields.members ?? [])
    }
}
