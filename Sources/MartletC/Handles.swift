import CMartlet
import Martlet

/// The handles that callers hold.
enum Handles {
    static let devices = HandleTable<ComputeDevice>(kind: 1, name: "a device")
    static let tensors = HandleTable<TensorHandle>(kind: 2, name: "a tensor")
    static let models = HandleTable<ModelHandle>(kind: 3, name: "a model")
}

@c @implementation
public func martlet_open_handles() -> Int { Handles.devices.count + Handles.tensors.count + Handles.models.count }
