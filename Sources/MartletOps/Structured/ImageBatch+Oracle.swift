import MartletCore
import MartletKernels

/// The formula in Float64: every output pixel asks for its own place, and nothing is shared between pixels.
extension ImageBatch {
    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let (height, width, channels) = extents(operands[0].type.shape)
        let size = height * width * channels
        func place(_ x: Int, _ y: Int, _ channel: Int) -> Int {
            layout == .channelsLast ? (y * width + x) * channels + channel : (channel * height + y) * width + x
        }
        for (row, number) in operands[1].values.enumerated() {
            let index = Int(number)
            guard index >= 0, index < operands[0].type.shape[0] else {
                for element in 0..<size { results[0][row * size + element] = .nan }
                continue
            }
            let view = OracleView(augmentation, row: row, height: height, width: width, stream: stream, step)
            for y in 0..<height {
                for x in 0..<width {
                    for channel in 0..<channels {
                        let element = ((row * height + y) * width + x) * channels + channel
                        let value = view.value(x, y, element: element) { x, y in
                            (0..<width).contains(x) && (0..<height).contains(y)
                                ? operands[0][index * size + place(x, y, channel)] : 0
                        }
                        results[0][row * size + place(x, y, channel)] =
                            view.isCutOut(x, y) ? 0 : (value - Double(means[channel])) / Double(deviations[channel])
                    }
                }
            }
        }
    }
}

/// One image's changes.
private struct OracleView {
    let augmentation: Augmentation
    let row: Int
    let height: Int
    let width: Int
    let stream: UInt32
    let step: StepParameters

    init(_ augmentation: Augmentation, row: Int, height: Int, width: Int, stream: UInt32, _ step: StepParameters) {
        self.augmentation = augmentation
        self.row = row
        self.height = height
        self.width = width
        self.stream = stream
        self.step = step
    }

    private func bits(_ change: UInt32, _ word: Int = 0) -> UInt32 {
        martlet_host_random_bits(
            UInt32(4 * row + word), step.raw.step, stream + change, step.raw.seed_low, step.raw.seed_high)
    }
    /// Uniform on -1 ..< 1.
    private func within(_ change: UInt32, _ word: Int = 0) -> Double {
        2 * Double(martlet_host_uniform(bits(change, word))) - 1
    }
    private func below(_ count: Int, _ change: UInt32, _ word: Int) -> Int { Int((UInt64(bits(change, word)) * UInt64(count)) >> 32) }

    // The streams, in the order of Kernels/Shared/augmentation_settings.h.
    func value(_ x: Int, _ y: Int, element: Int, _ stored: (Int, Int) -> Double) -> Double {
        var (px, py) = (x, y)
        if augmentation.flips, bits(1) >= 1 << 31 { px = width - 1 - x }
        let sides = 2 * augmentation.crop + 1
        px += below(sides, 0, 1) - augmentation.crop
        py += below(sides, 0, 0) - augmentation.crop
        var value = 0.0
        if (0..<width).contains(px), (0..<height).contains(py) {
            let (sx, sy) = warped(Double(px), Double(py))
            let (left, top) = (sx.rounded(.down), sy.rounded(.down))
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let weight = (dx == 1 ? sx - left : 1 - (sx - left)) * (dy == 1 ? sy - top : 1 - (sy - top))
                if weight != 0 { value += weight * stored(Int(left) + dx, Int(top) + dy) }
            }
        }
        func cut(_ value: Double) -> Double { min(255, max(0, value)) }
        if augmentation.brightness != 0 { value = cut(value * (1 + Double(augmentation.brightness) * within(5))) }
        if augmentation.contrast != 0 { value = cut((value - 127.5) * (1 + Double(augmentation.contrast) * within(6)) + 127.5) }
        if augmentation.noise != 0 {
            let deviate = martlet_host_normal(
                UInt32(element), step.raw.step, stream + 7, step.raw.seed_low, step.raw.seed_high)
            value = cut(value + 255 * Double(augmentation.noise) * Double(deviate))
        }
        return value
    }

    /// Where in the stored image a pixel of the turned, scaled and shifted one comes from.
    private func warped(_ x: Double, _ y: Double) -> (Double, Double) {
        let (centreX, centreY) = (Double(width - 1) / 2, Double(height - 1) / 2)
        let angle = Double(augmentation.rotation) * within(2) * .pi / 180
        let scale = 1 + Double(augmentation.scale) * within(3)
        let u = x - centreX - Double(augmentation.shift) * within(4, 1)
        let v = y - centreY - Double(augmentation.shift) * within(4, 0)
        let (cosine, sine) = (oracleCos(angle) / scale, oracleSin(angle) / scale)
        return (cosine * u + sine * v + centreX, cosine * v - sine * u + centreY)
    }

    func isCutOut(_ x: Int, _ y: Int) -> Bool {
        let side = augmentation.cutout
        let (left, top) = (below(width, 8, 1) - side / 2, below(height, 8, 0) - side / 2)
        return (left..<left + side).contains(x) && (top..<top + side).contains(y)
    }
}
