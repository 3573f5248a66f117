import MartletCore
import MartletOps
import MartletTraining

/// A square convolution at stride 1.
public struct ConvolutionShape: Hashable, Sendable, CustomStringConvertible {
    public var images, size, channels, outputChannels, kernel: Int
    /// Whether images are padded so that the result has their size.
    public var isSame: Bool

    public init(images: Int, size: Int, channels: Int, outputChannels: Int, kernel: Int = 3, isSame: Bool) {
        (self.images, self.size, self.channels) = (images, size, channels)
        (self.outputChannels, self.kernel, self.isSame) = (outputChannels, kernel, isSame)
    }

    public var description: String { "\(images)x\(size)x\(channels)x\(outputChannels) \(kernel)x\(kernel) \(isSame ? "same" : "valid")" }

    public static let grammar =
        "IMAGESxSIZExCHANNELSxOUTPUTS, then :same or :valid (default), then :KERNEL (default 3)"

    /// The convolutions of small networks.
    public static let usual: [ConvolutionShape] = [
        ConvolutionShape(images: 64, size: 28, channels: 1, outputChannels: 32, isSame: false),
        ConvolutionShape(images: 64, size: 26, channels: 32, outputChannels: 64, isSame: false),
        ConvolutionShape(images: 128, size: 32, channels: 16, outputChannels: 16, isSame: true),
        ConvolutionShape(images: 128, size: 16, channels: 32, outputChannels: 32, isSame: true),
        ConvolutionShape(images: 128, size: 8, channels: 64, outputChannels: 64, isSame: true),
    ]

    public static func parse(_ text: String) throws(TrainingError) -> [ConvolutionShape] {
        var shapes: [ConvolutionShape] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) { shapes.append(try ConvolutionShape(String(word))) }
        return shapes
    }

    private init(_ word: String) throws(TrainingError) {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        let extents = parts[0].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let padding = parts.count > 1 ? String(parts[1]) : "valid"
        let kernel = parts.count > 2 ? Int(parts[2]) ?? 0 : 3
        guard parts.count <= 3, extents.count == 4, extents.allSatisfy({ (1...4096).contains($0) }), ["same", "valid"].contains(padding),
            (1...31).contains(kernel), padding == "same" ? kernel % 2 == 1 : kernel <= extents[1]
        else {
            throw .badOption(
                "'\(word)' is no shape of a convolution. Expected \(Self.grammar), with extents from 1 to 4096 and a kernel that fits (odd for same)")
        }
        self.init(
            images: extents[0], size: extents[1], channels: extents[2], outputChannels: extents[3], kernel: kernel,
            isSame: padding == "same")
    }

    var window: Window2D { Window2D(Size2D(kernel, kernel), padding: isSame ? .same : .valid, over: Size2D(size, size)) }
    var extents: ConvolutionExtents {
        Conv2D(window).extents([
            TensorType([images, size, size, channels]), TensorType([kernel, kernel, channels, outputChannels]),
        ])
    }
}
