import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletKernels
import MartletOps

/// Where the batches come from that go to the device one by one.
protocol BatchFeed: AnyObject {
    /// What follows are the samples of an epoch, from one of them on; `rows` are those of the epoch, where the host draws them.
    func begin(epoch: Int, from start: Int, drawn rows: [Int32]?) throws(TrainingError)
    /// Gets the samples of a step ready, while the device computes.
    func fetch(_ count: Int, _ step: StepParameters) throws(TrainingError)
    /// Puts them where the device reads them.
    func stage(features: any Buffer, targets: (any Buffer)?) throws(DeviceError)
}

/// Rows of arrays in host memory, chosen as the device would choose them.
final class StoredFeed: BatchFeed {
    private let features: HostArray
    /// Nil where there is nothing to compare with.
    private let targets: HostArray?
    private let layout: SampleLayout
    private var rows: [Int] = []
    private var drawn: [Int32]?

    init(_ features: HostArray, targets: HostArray?, _ layout: SampleLayout) {
        self.features = features
        self.targets = targets
        self.layout = layout
    }

    func begin(epoch: Int, from start: Int, drawn rows: [Int32]?) { drawn = rows }

    func fetch(_ count: Int, _ step: StepParameters) {
        rows = (step.batchStart ..< step.batchStart + count).map { position in
            if let drawn { return Int(drawn[position]) }
            return step.shuffleKey == nil
                ? position
                : Int(martlet_host_permute(UInt32(position), step.raw.sample_count, step.raw.shuffle_low, step.raw.shuffle_high))
        }
    }

    func stage(features buffer: any Buffer, targets targetBuffer: (any Buffer)?) throws(DeviceError) {
        try buffer.stage(count: rows.count * features.shape.withoutFirst.elementCount) { layout.gather(features, rows, into: $0) }
        if let targets, let targetBuffer {
            try targetBuffer.stage(count: rows.count * targets.shape.withoutFirst.elementCount) {
                SampleLayout.asStored.gather(targets, rows, into: $0)
            }
        }
    }
}

/// The samples of a source, in the pieces in which it gives them.
final class SourceFeed: BatchFeed {
    private let source: any SampleSource
    private let format: SampleFormat
    private let layout: SampleLayout
    private var stream: (any SampleStream)?
    private var epoch = 0
    private var given = 0
    private var pieces: [SampleBatch] = []

    init(_ source: any SampleSource, _ layout: SampleLayout) {
        self.source = source
        format = source.format
        self.layout = layout
    }

    private var part: String { "the source '\(format.name)'" }

    func begin(epoch: Int, from start: Int, drawn rows: [Int32]?) throws(TrainingError) {
        do { stream = try source.samples(epoch: epoch, from: start) } catch { throw .caller(part: part, error) }
        self.epoch = epoch
        given = start
    }

    func fetch(_ count: Int, _ step: StepParameters) throws(TrainingError) {
        pieces = []
        var missing = count
        while missing > 0 {
            let piece: SampleBatch?
            do { piece = try stream?.next(missing) } catch { throw .caller(part: part, error) }
            guard let piece else {
                throw .unsuitableData(
                    "\(part) ended after \(given) of \(source.count) samples in epoch \(epoch); its count is that of every epoch")
            }
            try wrap { () throws(FormatError) in try format.check(piece) }
            let rows = piece.features.shape[0]
            guard rows <= missing else {
                throw .unsuitableData("\(part) gave \(rows) samples where at most \(missing) were asked for")
            }
            pieces.append(piece)
            given += rows
            missing -= rows
        }
    }

    func stage(features: any Buffer, targets: (any Buffer)?) throws(DeviceError) {
        try stage(pieces.map(\.features), layout, in: features)
        if let targets { try stage(pieces.map(\.targets), .asStored, in: targets) }
    }

    private func stage(_ arrays: [HostArray], _ layout: SampleLayout, in buffer: any Buffer) throws(DeviceError) {
        try buffer.stage(count: arrays.reduce(0) { $0 + $1.count }) { target in
            var start = 0
            for array in arrays {
                layout.gather(array, 0..<array.shape[0], into: UnsafeMutableRawBufferPointer(rebasing: target[start...]))
                start += array.count * array.dtype.byteCount
            }
        }
    }
}
