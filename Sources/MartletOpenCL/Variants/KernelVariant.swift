/// One of the ways in which an operation can be carried out: the size of a tile, how operands come to it, the order in which
/// tiles are visited, how launches come to the device. Variants differ in time alone: each gives the bits that the numerics contract asks for.
package protocol KernelVariant: Hashable, Sendable {
    /// Every variant that is declared, each once.
    static var all: [Self] { get }
    static var byName: [String: Self] { get }
    /// One word, different from every other's: files and reports have it.
    var name: String { get }
    /// How many parameters are to be changed to come to another, sizes by one place in their list; nil where it is another kernel.
    func distance(to other: Self) -> Int?
}

/// What the rules of variants ask of a device.
package struct DeviceTraits: Sendable {
    package let info: OpenCLDeviceInfo
    package let deviceClass: DeviceClass

    package init(_ info: OpenCLDeviceInfo, _ deviceClass: DeviceClass) { (self.info, self.deviceClass) = (info, deviceClass) }

    /// Whether it runs work-groups of such a size with so many floats of local memory.
    func runsGroups(_ width: Int = 16, _ height: Int = 16, localFloats: Int) -> Bool {
        let sizes = info.largestWorkItems
        return info.largestWorkGroup >= width * height && sizes.count >= 2 && sizes[0] >= width && sizes[1] >= height
            && info.localMemory >= 4 * localFloats
    }
}

/// How far apart two of a list's elements stand.
func places<Element: Equatable>(between a: Element, _ b: Element, in list: [Element]) -> Int {
    guard let first = list.firstIndex(of: a), let second = list.firstIndex(of: b) else { return list.count }
    return abs(first - second)
}
