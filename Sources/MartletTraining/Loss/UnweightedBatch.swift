import MartletData

extension Loss {
    /// What to say of a batch all of whose samples weigh nothing, being of a class that the loss leaves out: its mean divides
    /// nothing by nothing, whatever the learning rate. Nil where one of them counts.
    ///
    /// - Parameter place: the batch, in words.
    func problem(ofBatch labels: [Int32], _ place: String) -> String? {
        let weighsNothing = labels.allSatisfy { label in
            Int(label) == ignoredClass || classWeights.map { $0.indices.contains(Int(label)) && $0[Int(label)] == 0 } ?? false
        }
        guard !labels.isEmpty, weighsNothing else { return nil }
        return "\(place) has only samples of classes that the loss leaves out, and a mean over none of them is no number: take larger batches, or leave these samples out of the data (--keep-classes)"
    }
}
