import MartletBackend
import MartletCore
import MartletOps

/// The enqueueing of so many launches: what a step costs beside its kernels.
///
/// It is measured on launches that do next to nothing.
package struct ReplayTask: TunedTask {
    package var launches: Int

    package init(launches: Int) { self.launches = launches }

    /// No launch has a choice of its own.
    package init?(_ launch: Launch) { nil }

    package var name: String { "replay \(launches)" }

    package init?(parsing name: String) {
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0] == "replay", let launches = parseExtents(words[1], count: 1), launches[0] > 0 else { return nil }
        self.launches = launches[0]
    }

    package var operation: any Operation { Pointwise(Expression(.negate)) }
    package var operands: [TensorType] { [TensorType([256])] }
    package var repetitions: Int { launches }

    package func takes(_ variant: ReplayVariant, on device: DeviceTraits) -> Bool {
        variant == .calls || device.info.extensions.contains("cl_khr_command_buffer")
    }
    package func suits(_ variant: ReplayVariant, on device: DeviceTraits) -> Bool { true }
    /// Neither PoCL nor Intel's runtime gains by command buffers, and the extension is still provisional.
    package func usual(on device: DeviceTraits) -> ReplayVariant { .calls }
    /// What a launch costs hardly depends on their number.
    package func distance(to other: ReplayTask) -> Double? {
        let (few, many) = (Double(min(launches, other.launches)), Double(max(launches, other.launches)))
        return many / few - 1
    }
}
