/// Equality under the numerics contract: equal bits, except that -0 equals +0 and any NaN equals any NaN.
public func sameBits(_ a: Float, _ b: Float) -> Bool {
    a == b || (a.isNaN && b.isNaN)
}

/// Whether two arrays agree element for element; arrays of different lengths do not.
public func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
    firstDifference(a, b) == nil
}

/// The first index at which two arrays disagree, or the shorter length if only the lengths do.
public func firstDifference(_ a: [Float], _ b: [Float]) -> Int? {
    for index in 0..<min(a.count, b.count) where !sameBits(a[index], b[index]) { return index }
    return a.count == b.count ? nil : min(a.count, b.count)
}
