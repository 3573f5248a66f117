import MartletBackend

/// One program: a kernel file, what is defined for it, and the expression that is put into it.
struct KernelSource: Hashable {
    var file: String
    var defines: [String] = []
    /// In the place of `OpenCL/expression.h`; nil for that file itself.
    var expression: String?

    init(_ file: String, defines: [String] = [], expression: ExpressionSource? = nil) {
        self.file = file
        self.defines = defines
        self.expression = expression?.text
    }

    /// With everything it includes.
    func text() throws(DeviceError) -> String {
        try SourceResolver.resolve(name: file) { name in
            name == "OpenCL/expression.h" ? expression ?? embeddedFiles[name] : embeddedFiles[name]
        }
    }

    /// Behind the options of the numerics contract.
    var options: String { defines.map { " -D \($0)" }.joined() }
}

/// Every kernel file and header by its path in `Kernels/`.
private let embeddedFiles = Dictionary(
    uniqueKeysWithValues: embeddedKernels.map { ("\($0.name)", "\($0.text)") })
