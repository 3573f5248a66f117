import MartletBackend

extension CPUBuffer: HostBuffer {
    var hostMemory: UnsafeRawPointer { UnsafeRawPointer(bytes) }
}
