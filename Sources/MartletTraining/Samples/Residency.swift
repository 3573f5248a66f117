/// Where the samples of a data set are while a model is trained on them. Bits do not depend on it.
public enum Residency: String, Sendable, Hashable, CaseIterable {
    /// On the device where they fit, else streamed.
    case automatic = "auto"
    /// On the device, or an error.
    case resident = "yes"
    /// In the host's memory; each batch goes to the device while it computes another.
    case streamed = "no"
}
