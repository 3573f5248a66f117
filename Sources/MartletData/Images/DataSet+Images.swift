import MartletCore
import MartletFormats

extension DataSet {
    /// Reads a folder of PNG and JPEG images by class. Where it has the folders `train` and `test`, they are the parts;
    /// otherwise it is divided at random, stratified by class, as a table is.
    ///
    /// All images of a set have one size and one number of channels: greys become colours where any image has colours.
    ///
    /// - Throws: `mismatch` naming the first image of another size, where no size is asked for; `unsuitable` where a part,
    ///   a class or an image is missing; what `ByteImage.read` throws.
    public static func loadImages(
        _ directory: String, request: ImageRequest = ImageRequest(), testFraction: Double = 0.2, seed: UInt64 = 0
    ) throws(FormatError) -> (train: DataSet, test: DataSet) {
        let parts = ["train", "test"].filter { File.isFolder("\(directory)/\($0)") }
        if parts.isEmpty {
            let folder = try ImageFolder(directory, classNames: request.classNames)
            let all = try load([folder], request)[0]
            guard all.count > 1 else {
                throw .unsuitable(
                    path: directory, problem: "expected at least two images to divide into training and test, found one", remedy: "add images")
            }
            let one = 1 / Double(all.count)
            let (kept, heldOut) = stratifiedSplit(
                labels: all.labels, fraction: min(max(testFraction, one), 1 - one), seed: seed)
            return (all.subset(kept), all.subset(heldOut))
        }
        guard parts.count == 2 else {
            let missing = parts == ["train"] ? "test" : "train"
            throw .missingPart(directory: directory, part: "folder of the other part beside '\(parts[0])'", candidates: [missing])
        }
        let train = try ImageFolder("\(directory)/train", classNames: request.classNames)
        let test = try ImageFolder("\(directory)/test", classNames: train.classNames)
        let sets = try load([train, test], request)
        return (sets[0], sets[1])
    }

    /// Folders whose images become alike.
    private static func load(_ folders: [ImageFolder], _ request: ImageRequest) throws(FormatError) -> [DataSet] {
        var size = request.size, first: String?
        var channels = request.channels ?? 1
        var images: [[ByteImage]] = []
        for folder in folders {
            var part: [ByteImage] = []
            for (path, _) in folder.files {
                var image = try ByteImage.read(path)
                if let size = request.size { image = image.resized(height: size.height, width: size.width) }
                let expected = size ?? (image.height, image.width)
                guard (image.height, image.width) == expected else {
                    throw .mismatch(
                        path: path, what: "the size of the image", expected: "\(expected.0)x\(expected.1) as in '\(first ?? "")'",
                        found: "\(image.height)x\(image.width) (--image-size HxW resizes all)")
                }
                if size == nil { (size, first) = (expected, path) }
                if image.channels > channels {
                    guard request.channels == nil else {
                        throw .mismatch(
                            path: path, what: "the image", expected: "grey as in the training data", found: "colours")
                    }
                    channels = image.channels
                }
                part.append(image)
            }
            images.append(part)
        }
        let name = folders[0].path.split(separator: "/").last { $0 != "train" }.map(String.init) ?? folders[0].path
        var sets: [DataSet] = []
        for (folder, part) in zip(folders, images) {
            let shape: Shape = [part.count, channels, part[0].height, part[0].width]
            var bytes: [UInt8] = []
            bytes.reserveCapacity(shape.elementCount)
            for image in part { bytes += (channels == 3 ? image.coloured : image).planes }
            sets.append(try DataSet(
                name: name, features: HostArray(shape, bytes), featureDivisor: 255,
                targets: .classes(labels: HostArray([part.count], folder.files.map(\.label)), names: folder.classNames),
                source: folder.path))
        }
        return sets
    }
}
