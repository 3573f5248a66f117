/// A number of work-items in one to three dimensions.
public struct NDRange: Hashable, Sendable, CustomStringConvertible {
    /// The number of dimensions, from 1 to 3.
    public let rank: Int
    /// Work-items along each dimension; 1 beyond the rank.
    public let x: Int, y: Int, z: Int

    /// One dimension.
    public init(_ x: Int) { (rank, self.x, y, z) = (1, x, 1, 1) }
    /// Two dimensions, the first of which is innermost.
    public init(_ x: Int, _ y: Int) { (rank, self.x, self.y, z) = (2, x, y, 1) }
    /// Three dimensions, the first of which is innermost.
    public init(_ x: Int, _ y: Int, _ z: Int) { (rank, self.x, self.y, self.z) = (3, x, y, z) }

    /// All work-items.
    public var count: Int { x * y * z }

    /// `64x8`
    public var description: String { [x, y, z].prefix(rank).map(String.init).joined(separator: "x") }

    /// The least multiple of `local` that covers this range in every dimension.
    public func rounded(up local: NDRange) -> NDRange {
        func up(_ n: Int, _ step: Int) -> Int { (n + step - 1) / step * step }
        let (x, y, z) = (up(x, local.x), up(y, local.y), up(z, local.z))
        return rank == 1 ? NDRange(x) : rank == 2 ? NDRange(x, y) : NDRange(x, y, z)
    }
}
