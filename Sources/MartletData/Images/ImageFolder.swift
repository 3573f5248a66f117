import MartletFormats

/// A folder with a folder of images for each class, at any depth below that. What begins with a point, and files whose
/// names do not end as those of images, are passed over.
struct ImageFolder {
    let path: String
    /// In the order of their bytes, or as they were asked for.
    let classNames: [String]
    private(set) var files: [(path: String, label: Int32)] = []

    /// - Throws: `unsuitable` where there are no classes, a class has no image, or a class is none of those asked for;
    ///   what `File.names` throws.
    init(_ path: String, classNames known: [String]?) throws(FormatError) {
        self.path = path
        let found = try File.names(in: path).filter { File.isFolder("\(path)/\($0)") }
        guard !found.isEmpty else {
            throw .unsuitable(
                path: path, problem: "expected a folder for each class, found none", remedy: "put the images of a class into a folder of its name")
        }
        classNames = known ?? found
        for name in found {
            guard let label = classNames.firstIndex(of: name) else {
                throw .unsuitable(
                    path: "\(path)/\(name)", problem: "found a class that is not among \(classNames.joined(separator: ", "))",
                    remedy: "use the classes of the training part")
            }
            let images = try Self.images(below: "\(path)/\(name)")
            guard !images.isEmpty else {
                throw .unsuitable(
                    path: "\(path)/\(name)", problem: "expected images of the class, found no file ending in .png, .jpg or .jpeg",
                    remedy: "add some or remove the folder")
            }
            files += images.map { ($0, Int32(label)) }
        }
    }

    private static func images(below folder: String) throws(FormatError) -> [String] {
        var images: [String] = []
        for name in try File.names(in: folder) {
            let path = "\(folder)/\(name)"
            if File.isFolder(path) {
                images += try Self.images(below: path)
            } else if let ending = name.split(separator: ".").last, ByteImage.fileEndings.contains(ending.lowercased()) {
                images.append(path)
            }
        }
        return images
    }
}
