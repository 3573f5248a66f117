import CMartlet
import Martlet
import MartletOpenCL

@c @implementation
public func martlet_device_list(_ lines: TextResult?) -> martlet_status {
    call {
        try give(to: lines) {
            var devices: [JSONValue] = [
                ["selection": "cpu", "name": .string(try Backends.open(.cpu).device.name), "usable": true]
            ]
            for info in OpenCLInventory.survey().devices {
                devices.append(["selection": .string("opencl:\(info.address)"), "name": .string(info.name), "usable": .bool(info.usable)])
            }
            return devices.lines
        }
    }
}

@c @implementation
public func martlet_device_open(
    _ selection: UnsafePointer<CChar>?, _ threads: Int32, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
    call {
        try give(Handles.devices, to: result) {
            guard threads >= 0 else { throw CallError.expected("0 for all processors, or more", found: "\(threads)", of: "threads") }
            let selection = try selection.map { try BackendSelection(parsing: String(cString: $0)) }
            return try ComputeDevice(try selection ?? .fromEnvironment(), threads: threads == 0 ? nil : Int(threads))
        }
    }
}

@c @implementation
public func martlet_device_name(_ device: OpaquePointer?, _ name: TextResult?) -> martlet_status {
    call { try give(to: name) { try Handles.devices.object(device, "device").name } }
}

@c @implementation
public func martlet_device_info(_ device: OpaquePointer?, _ json: TextResult?) -> martlet_status {
    call {
        try give(to: json) {
            let device = try Handles.devices.object(device, "device")
            let memory = device.memoryUsage
            let info: JSONValue = [
                "backend": .string(device.backend.backend), "name": .string(device.name), "reason": .string(device.reason),
                "open": .bool(!device.isClosed), "heldBytes": .integer(memory.heldBytes), "idleBytes": .integer(memory.idleBytes),
            ]
            return "\(info)"
        }
    }
}

@c @implementation
public func martlet_device_synchronize(_ device: OpaquePointer?) -> martlet_status {
    call { try Handles.devices.object(device, "device").synchronize() }
}

@c @implementation
public func martlet_device_trim(_ device: OpaquePointer?) -> martlet_status {
    call { try Handles.devices.object(device, "device").trim() }
}

@c @implementation
public func martlet_device_close(_ device: OpaquePointer?) -> martlet_status {
    call { try Handles.devices.object(device, "device").close() }
}

@c @implementation
public func martlet_device_retain(_ device: OpaquePointer?) -> martlet_status { call { try Handles.devices.retain(device) } }

@c @implementation
public func martlet_device_release(_ device: OpaquePointer?) -> martlet_status { call { try Handles.devices.release(device) } }
