import MartletCore

/// What images read from files must become, and which classes they may have; nil leaves a matter to the files.
public struct ImageRequest: Hashable, Sendable {
    /// Images of another size are resized.
    public var size: (height: Int, width: Int)? {
        get { height.flatMap { height in width.map { (height, $0) } } }
        set { (height, width) = (newValue?.height, newValue?.width) }
    }
    private var height: Int?
    private var width: Int?
    /// 1 or 3: a grey is made a colour, but never a colour a grey.
    public var channels: Int?
    /// The classes of a model, in its order.
    public var classNames: [String]?

    /// Leaves everything to the files, which must then agree.
    public init() {}
}
