/// What its body makes of the input, added to the input itself or to what a shortcut makes of it (He et al. 2015).
///
///     Residual {
///         Conv2D(32, kernelSize: 3, stride: 2, padding: 1, bias: false); BatchNorm(); ReLU()
///         Conv2D(32, kernelSize: 3, padding: 1, bias: false); BatchNorm()
///     } shortcut: {
///         Conv2D(32, kernelSize: 1, stride: 2, bias: false); BatchNorm()
///     }
///     ReLU()
///
/// A block of name `3` has layers `3.body.0`, …, `3.shortcut.0`, …, and the sum is `3`.
public struct Residual: Block {
    /// One after the other; the result has the shape of what it is added to.
    public let body: [any Block]
    /// Empty for the input itself.
    public let shortcut: [any Block]

    /// A branch, and where its result has another shape than the input, what makes the input fit it.
    public init(@LayerBuilder _ body: () -> [any Block], @LayerBuilder shortcut: () -> [any Block] = { [] }) {
        self.init(body: body(), shortcut: shortcut())
    }

    /// The same from lists that are there already.
    public init(body: [any Block], shortcut: [any Block] = []) {
        self.body = body
        self.shortcut = shortcut
    }

    public func record(on inputs: [Symbol]) -> Symbol {
        let (input, recorder) = (inputs[0], inputs[0].recorder)
        return recorder.named { name in
            let changed = recorder.within("\(name).body") { input.through(body) }
            let kept = recorder.within("\(name).shortcut") { input.through(shortcut) }
            return recorder.append(Add(), name, [changed, kept])
        }
    }
}
