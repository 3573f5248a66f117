extension HostArray {
    /// The first element that is infinite or not a number.
    package var firstNonFinite: (index: Int, value: Float)? {
        guard case .float32(let values) = elements, let index = values.firstIndex(where: { !$0.isFinite }) else { return nil }
        return (index, values[index])
    }
}
