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
