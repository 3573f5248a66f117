import CMartlet
import Martlet

@c @implementation
public func martlet_operation_list(_ lines: TextResult?) -> martlet_status {
    call { try give(to: lines) { TensorOperation.all.map(\.json).lines } }
}

@c @implementation
public func martlet_apply(
    _ device: OpaquePointer?, _ operation: UnsafePointer<CChar>?, _ operands: UnsafePointer<OpaquePointer?>?,
    _ operand_count: Int, _ attributes: UnsafePointer<CChar>?, _ results: UnsafeMutablePointer<OpaquePointer?>?,
    _ result_count: Int
) -> martlet_status {
    call {
        let operation = try TensorOperation.named(try text(operation, "operation"))
        guard result_count == operation.results else {
            throw CallError.expected("\(operation.results)", found: "\(UInt(bitPattern: result_count))", of: "\(operation.name): the number of results")
        }
        let results = try required(results, "results")
        for place in 0..<result_count { results[place] = nil }
        let tensors = try operation.apply(
            try MartletC.operands(operands, operand_count, "operands"), attributes.map { String(cString: $0) } ?? "",
            on: try device.map { try Handles.devices.object($0, "device") })
        for (place, tensor) in tensors.enumerated() { results[place] = Handles.tensors.insert(TensorHandle(tensor)) }
    }
}
