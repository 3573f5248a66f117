/// How the inner dimension of a product is cut (numerics: 1; part of the numerics contract, so never tuned).
///
/// Each segment is one chain of fused multiply-adds from zero in increasing k; segment sums are added in order. Most
/// products have one segment. Where there are few outputs and a long inner dimension, more segments give a GPU
/// something to do in parallel; each is at least 512 long, which costs a CPU nothing measurable.
public func segmentLength(rows: Int, columns: Int, inner: Int) -> Int {
    let outputs = max(1, rows * columns)
    let segments = max(1, min(64, inner / 512, (1 << 18) / outputs))
    if segments == 1 { return max(1, inner) }
    let equal = (inner + segments - 1) / segments
    return (equal + 15) / 16 * 16
}

/// How many images make a segment of the gradient of a convolution's weights (numerics: 1; never tuned).
///
/// At most 64 segments, fewer where the weights are so many that the segments' sums would take more than 16 MiB, and none
/// of fewer than 256 positions, below which segments are dear.
public func imagesPerSegment(images: Int, positions: Int, weights: Int) -> Int {
    let segments = max(1, min(64, (1 << 22) / max(1, weights)))
    let shortest = (256 + positions - 1) / max(1, positions)
    return max(1, shortest, (images + segments - 1) / segments)
}
