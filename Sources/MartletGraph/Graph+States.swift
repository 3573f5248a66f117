extension Graph {
    /// Makes a graph built for training leave the running statistics as they are.
    package mutating func keepStates() {
        destinations = destinations.filter { if case .state = $0.value { false } else { true } }
    }
}
