import MartletBackend

/// One program: a kernel file, what is defined for it, and the expression that is put into it.
struct KernelSource: Hashable {
    var file: String
    var defines: [String] = []
    /// The text of the file where it is none of Martlet's own.
    var custom: String?
    /// In the place of `OpenCL/expression.h`; nil for that file itself.
    var expression: String?
    /// Whether there is no text of a user's in it.
    private(set) var isOwn = true

    init(_ file: String, defines: [String] = [], expression: ExpressionSource? = nil) {
        self.file = file
        self.defines = defines
        self.expression = expression?.text
        isOwn = expression?.isOwn ?? true
    }

    /// A kernel of the user's, under a name for errors.
    init(_ file: String, text: String) {
        self.file = file
        custom = text
        isOwn = false
    }

    /// With everything it includes.
    func text() throws(DeviceError) -> String {
        try SourceResolver.resolve(name: file) { name in
            if name == "OpenCL/expression.h", let expression { return expression }
            if name == file, let custom { return custom }
            return embeddedFiles[name]
        }
    }

    /// Behind the options of the numerics contract.
    var options: String { defines.map { " -D \($0)" }.joined() }
}

/// Every kernel file and header by its path in `Kernels/`.
private let embeddedFiles = Dictionary(
    uniqueKeysWithValues: embeddedKernels.map { ("\($0.name)", "\($0.text)") })

extension OpenCLProgram {
    /// A file of `Kernels/` with everything it includes: for a kernel that no operation launches.
    package static func kernelText(_ file: String) throws(DeviceError) -> String { try KernelSource(file).text() }
}
