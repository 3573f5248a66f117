import CMartlet
import Martlet

@c @implementation
public func martlet_tensor_create(
    _ device: OpaquePointer?, _ array: UnsafePointer<martlet_array>?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
    call {
        try give(Handles.tensors, to: result) {
            let device = try Handles.devices.object(device, "device")
            return TensorHandle(try Tensor(try HostArray(array, "array"), on: device))
        }
    }
}

@c @implementation
public func martlet_tensor_share(
    _ device: OpaquePointer?, _ array: UnsafePointer<martlet_array>?, _ release: martlet_release_callback?,
    _ context: UnsafeMutableRawPointer?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
    let owner = MemoryOwner(release: release, context: context)
    var isHandedOver = false
    defer { if !isHandedOver { owner.letGo() } }
    return call {
        try give(Handles.tensors, to: result) {
            let device = try Handles.devices.object(device, "device")
            let array = try CallerArray(array, "array")
            isHandedOver = true
            return TensorHandle(
                try Tensor.sharing(UnsafeMutableRawBufferPointer(mutating: array.bytes), array.type, on: device) { owner.letGo() })
        }
    }
}

/// Whoever waits for the end of shared memory.
///
/// It is `@unchecked Sendable` because martlet.h says that the callback may come on any thread.
private struct MemoryOwner: @unchecked Sendable {
    let release: martlet_release_callback?
    let context: UnsafeMutableRawPointer?

    func letGo() { release?(context) }
}

@c @implementation
public func martlet_tensor_type(
    _ tensor: OpaquePointer?, _ dtype: UnsafeMutablePointer<martlet_dtype>?, _ rank: UnsafeMutablePointer<Int>?,
    _ shape: UnsafeMutablePointer<Int64>?, _ capacity: Int
) -> martlet_status {
    rank?.pointee = 0
    return call {
        let type = try Handles.tensors.object(tensor, "tensor").tensor.type
        dtype?.pointee = type.dtype.c
        rank?.pointee = type.shape.rank
        if let shape {
            for (axis, extent) in type.shape.extents.enumerated() where axis < UInt(bitPattern: capacity) { shape[axis] = Int64(extent) }
        }
    }
}

@c @implementation
public func martlet_tensor_read(_ tensor: OpaquePointer?, _ data: UnsafeMutableRawPointer?, _ bytes: Int) -> martlet_status {
    call {
        let tensor = try Handles.tensors.object(tensor, "tensor").tensor
        let size = tensor.type.byteCount
        guard bytes == size else {
            throw CallError.expected("\(size), for \(tensor.type)", found: "\(UInt(bitPattern: bytes))", of: "bytes")
        }
        let target = size > 0 ? try required(data, "data") : nil
        let array = try tensor.hostArray()
        array.withUnsafeBytes { source in
            if let target, let base = source.baseAddress { target.copyMemory(from: base, byteCount: size) }
        }
    }
}

@c @implementation
public func martlet_tensor_borrow(
    _ tensor: OpaquePointer?, _ data: UnsafeMutablePointer<UnsafeRawPointer?>?, _ bytes: UnsafeMutablePointer<Int>?,
    _ is_copy: UnsafeMutablePointer<Int32>?
) -> martlet_status {
    data?.pointee = nil
    bytes?.pointee = 0
    is_copy?.pointee = 0
    return call {
        let handle = try Handles.tensors.object(tensor, "tensor")
        let (data, bytes) = (try required(data, "data"), try required(bytes, "bytes"))
        let lent = try handle.lend()
        data.pointee = lent.data
        bytes.pointee = handle.tensor.type.byteCount
        is_copy?.pointee = lent.isCopy ? 1 : 0
    }
}

@c @implementation
public func martlet_tensor_copy(
    _ tensor: OpaquePointer?, _ device: OpaquePointer?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
    call {
        try give(Handles.tensors, to: result) {
            let tensor = try Handles.tensors.object(tensor, "tensor").tensor
            return TensorHandle(try tensor.copy(to: try Handles.devices.object(device, "device")))
        }
    }
}

@c @implementation
public func martlet_tensor_evaluate(_ tensors: UnsafePointer<OpaquePointer?>?, _ count: Int) -> martlet_status {
    call {
        let tensors = try operands(tensors, count, "tensors")
        if let first = tensors.first { try first.device.evaluate(tensors) }
    }
}

@c @implementation
public func martlet_tensor_retain(_ tensor: OpaquePointer?) -> martlet_status { call { try Handles.tensors.retain(tensor) } }

@c @implementation
public func martlet_tensor_release(_ tensor: OpaquePointer?) -> martlet_status { call { try Handles.tensors.release(tensor) } }

/// The tensors of a list of handles.
func operands(_ list: UnsafePointer<OpaquePointer?>?, _ count: Int, _ name: String) throws -> [Tensor] {
    // `size_t` is imported as a signed number: what is too large for a list comes out negative.
    guard (0...operandLimit).contains(count) else {
        throw CallError.expected("at most \(operandLimit)", found: "\(UInt(bitPattern: count))", of: "the number of \(name)")
    }
    if count == 0 { return [] }
    let list = try required(list, name)
    return try (0..<count).map { try Handles.tensors.object(list[$0], "\(name)[\($0)]").tensor }
}

let operandLimit = 1 << 16
