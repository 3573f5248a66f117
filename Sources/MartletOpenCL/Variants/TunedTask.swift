import MartletBackend
import MartletCore
import MartletOps

/// What variants are chosen for: an operation at a shape, without what is fused into it, or the enqueueing of a step.
package protocol TunedTask: Hashable, Sendable {
    associatedtype Variant: KernelVariant

    /// nil where the launch is of another operation, or has no choice.
    init?(_ launch: Launch)
    /// Reads what `name` gives.
    init?(parsing name: String)

    /// The operation and its shape, such as `matmul 64x512x784:NN`.
    var name: String { get }
    /// What a launch of it is.
    var operation: any Operation { get }
    var operands: [TensorType] { get }
    /// How many of it are measured as one.
    var repetitions: Int { get }

    /// Whether a variant gives the right result for the task on a device.
    func takes(_ variant: Variant, on device: DeviceTraits) -> Bool
    /// Whether trying it is worth the time: it is not where most of a tile would be idle.
    func suits(_ variant: Variant, on device: DeviceTraits) -> Bool
    /// The rule: what is taken where nothing was measured. There is one for every task on any device.
    func usual(on device: DeviceTraits) -> Variant
    /// How unlike another task is; nil where what is fastest for one says nothing of the other.
    func distance(to other: Self) -> Double?
}

extension TunedTask {
    package var repetitions: Int { 1 }

    /// Of one launch.
    package var flops: Int { (try? operation.resultTypes(operands)).map { operation.cost(operands, $0).flops } ?? 0 }

    /// Whether a device has more than one variant to choose from.
    package func hasChoice(on device: DeviceTraits) -> Bool {
        Variant.all.lazy.filter { takes($0, on: device) }.prefix(2).count == 2
    }
}

/// What has variants.
package enum TunedTasks {
    /// nil where there is nothing to choose.
    package static func of(_ launch: Launch) -> (any TunedTask)? {
        let launch = launch.simplified
        return MatmulTask(launch) ?? ConvolutionTask(launch)
    }
    package static func parse(_ name: String) -> (any TunedTask)? {
        MatmulTask(parsing: name) ?? ConvolutionTask(parsing: name) ?? ReplayTask(parsing: name)
    }
}

/// `a x b x c` as numbers, as many as asked for.
func parseExtents(_ text: Substring, count: Int) -> [Int]? {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let known = numbers.compactMap(\.self)
    return known.count == count && numbers.count == count && known.allSatisfy { (0...Int(Int32.max)).contains($0) } ? known : nil
}

/// How far two sizes are apart, in doublings; nil beyond half as much again.
func doublings(from a: Int, to b: Int) -> Double? {
    guard a != b else { return 0 }
    let (small, large) = (Double(min(a, b)), Double(max(a, b)))
    return small > 0 && large <= 1.5 * small ? large / small - 1 : nil
}
