import MartletCore
import MartletKernels

/// How far images are changed at random on their way into a training step, change by change; 0 leaves one out. The order
/// in which they are done, and what each does, is that of `Kernels/Shared/augmentation.h`.
public struct Augmentation: Hashable, Sendable {
    /// Pixels by which the image is moved each way along both axes, whole ones, so that bytes are copied exactly.
    public var crop = 0
    /// Whether every second image is turned left for right.
    public var flips = false
    /// Degrees each way, about the centre.
    public var rotation: Float = 0
    /// The image is drawn 1 - scale to 1 + scale times as large.
    public var scale: Float = 0
    /// Pixels by which the image is moved each way along both axes, in fractions of a pixel.
    public var shift: Float = 0
    /// Values are multiplied by 1 - brightness to 1 + brightness.
    public var brightness: Float = 0
    /// Differences from mid-grey (127.5) are multiplied by 1 - contrast to 1 + contrast.
    public var contrast: Float = 0
    /// The deviation of normal noise, where white is 1.
    public var noise: Float = 0
    /// The side of a square that is blanked out after normalisation.
    public var cutout = 0

    /// No change, until one is set.
    public init() {}

    /// Images are left as they are.
    public static let none = Augmentation()

    /// How many streams of random numbers it draws from.
    public static let streamCount = UInt32(MARTLET_AUGMENTATION_STREAMS)

    /// What is wrong with a setting; nil where nothing is.
    var fault: String? {
        func isOutside(_ value: Float, _ range: ClosedRange<Float>) -> Bool { !range.contains(value) }
        if crop < 0 || crop > 1024 { return "a crop of 0 to 1024 pixels, not \(crop)" }
        if cutout < 0 || cutout > 1024 { return "a cutout of 0 to 1024 pixels, not \(cutout)" }
        if isOutside(rotation, 0...180) { return "a rotation of 0 to 180 degrees, not \(rotation)" }
        if isOutside(scale, 0...0.9) { return "a scale of 0 to 0.9, not \(scale)" }
        if isOutside(shift, 0...1024) { return "a shift of 0 to 1024 pixels, not \(shift)" }
        if isOutside(brightness, 0...1) { return "a brightness of 0 to 1, not \(brightness)" }
        if isOutside(contrast, 0...1) { return "a contrast of 0 to 1, not \(contrast)" }
        if isOutside(noise, 0...1) { return "noise of 0 to 1, not \(noise)" }
        return nil
    }

    /// For the kernels.
    package func settings(height: Int, width: Int, channels: Int, channelsLast: Bool, stream: UInt32) -> martlet_augmentation {
        martlet_augmentation(
            height: UInt32(height), width: UInt32(width), channels: UInt32(channels), channels_last: channelsLast ? 1 : 0,
            crop: UInt32(crop), flip: flips ? 1 : 0, cutout: UInt32(cutout),
            warp: rotation != 0 || scale != 0 || shift != 0 ? 1 : 0, rotation: rotation / 360, scale: scale, shift: shift,
            brightness: brightness, contrast: contrast, noise: noise * 255, stream: stream, reserved: 0)
    }
}
