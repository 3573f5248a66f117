/// The ways in which a step's launches come to the device: one call each, or all by one call, recorded in a command buffer of the
/// driver's (`cl_khr_command_buffer`).
package enum ReplayVariant: String, KernelVariant {
    case calls
    case commandBuffer = "command-buffer"

    package static let all = [calls, commandBuffer]
    package static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package var name: String { rawValue }

    package func distance(to other: ReplayVariant) -> Int? { self == other ? 0 : 1 }
}
