import MartletBackend

/// Examines the OpenCL of this machine.
public enum Doctor {
    /// Looks at the loader, the drivers, the devices and the cache, and probes every usable device. Never fails: what is
    /// wrong is what the report is about.
    public static func examine() -> DoctorReport {
        examine(.survey(), cache: .shared, whyNotLoaded: OpenCLLibrary.reasonNotToLoad) { (device) throws(DeviceError) in
            try NumericsProbe.run(on: OpenCLContext(device), withoutOption: true)
        }
    }

    /// The same for any machine.
    /// - Parameters:
    ///   - whyNotLoaded: why a driver's library cannot be opened; nil where it can.
    ///   - probe: the numerics probe.
    public static func examine(
        _ inventory: OpenCLInventory, cache: ProgramCache, whyNotLoaded: (String) -> String?,
        probe: (OpenCLDeviceInfo) throws(DeviceError) -> ProbeReport
    ) -> DoctorReport {
        var report = DoctorReport(inventory: inventory)
        report.addLibrary()
        report.addVendors(whyNotLoaded)
        report.addPlatforms()
        for device in inventory.devices {
            report.addDevice(device, probe)
            report.addQuarantine(Quarantine(of: device, in: cache), of: device)
            if device.usable { report.addTuning(of: device, cache) }
        }
        report.addCache(cache)
        return report
    }
}

extension DoctorReport {
    fileprivate mutating func addLibrary() {
        if let library = inventory.library {
            add(.ok, "loader library: \(library)")
        } else {
            add(
                .problem, "no loader library could be opened: \(inventory.libraryProblem ?? "not found")",
                remedy: "\(OpenCLInventory.remedy), or name one by MARTLET_OPENCL_LIBRARY; without one the CPU path is used")
        }
    }

    fileprivate mutating func addVendors(_ whyNotLoaded: (String) -> String?) {
        let vendors = inventory.vendors
        if vendors.entries.isEmpty {
            // A driver's own library may be the loader, and then needs no folder.
            add(
                inventory.devices.isEmpty ? .problem : .ok, "vendors folder: \(vendors.summary)",
                remedy: inventory.devices.isEmpty ? "install a driver, such as pocl-opencl-icd or the GPU's" : nil)
        } else {
            add(.ok, "vendors folder: \(vendors.summary)")
        }
        for entry in vendors.entries {
            let source = entry.file.isEmpty ? vendors.variable ?? vendors.path : entry.file
            if entry.library.isEmpty {
                add(.warning, "\(source) is empty or cannot be read", remedy: "install its driver again, or remove it")
            } else if let reason = whyNotLoaded(entry.library) {
                add(
                    .warning, "\(source) names \(entry.library), which cannot be opened: \(reason)",
                    remedy: "install the driver that the file belongs to, or remove the file")
            } else {
                add(.ok, "\(source) names \(entry.library), which can be opened")
            }
        }
    }

    fileprivate mutating func addPlatforms() {
        guard inventory.library != nil else { return }
        if inventory.platforms.isEmpty {
            add(.problem, "the loader found no driver", remedy: "install one: \(OpenCLInventory.remedy)")
        }
        for platform in inventory.platforms {
            let text = "platform \(platform.index) '\(platform.name)', \(platform.version)"
            if let note = platform.note {
                add(.warning, "\(text): \(note); it is skipped")
            } else {
                add(.ok, text)
            }
        }
    }

    fileprivate mutating func addDevice(
        _ device: OpenCLDeviceInfo, _ probe: (OpenCLDeviceInfo) throws(DeviceError) -> ProbeReport
    ) {
        let kinds = device.kinds.map(\.rawValue).joined(separator: " and ")
        let text = "device \(device.label), \(kinds), \(device.version), driver \(device.driverVersion)"
        guard device.usable else {
            add(.problem, "\(text): \(device.available ? "it has no compiler" : "it is not available")")
            return
        }
        do throws(DeviceError) {
            let result = try probe(device)
            probes[device.address] = result
            if result.verdict.keepsTheContract {
                add(.ok, "\(text): numerics \(result.verdict)")
            } else {
                add(
                    .warning, "\(text): \(result.verdict)",
                    remedy: "runs on it may not have the bits of other devices; use another where they must")
            }
        } catch {
            add(.problem, "\(text): the numerics probe cannot run: \(error)", remedy: "update the driver")
        }
    }

    fileprivate mutating func addQuarantine(_ quarantine: Quarantine, of device: OpenCLDeviceInfo) {
        guard !quarantine.isEmpty else { return }
        add(
            .warning, "device \(device.label): quarantined, for their bits were not the CPU path's: \(quarantine.summary)",
            remedy: "others take their place; 'martlet check' releases what agrees, after an update of the driver")
    }

    fileprivate mutating func addCache(_ cache: ProgramCache) {
        guard let directory = cache.directory else {
            add(.ok, "compiled kernels are not kept (the cache is turned off)")
            return
        }
        if Files.makeDirectory(directory), Files.isWritable(directory) {
            add(.ok, "compiled kernels are kept in \(directory)")
        } else {
            add(
                .warning, "the cache directory \(directory) cannot be written, so kernels are compiled at every start",
                remedy: "set MARTLET_CACHE_DIR to a folder that can be")
        }
    }
}
