import Foundation
import PackagePlugin

/// Writes the text of every file of `Kernels/` that an OpenCL device compiles, and what is known of the speed of their
/// variants, into a Swift file, so that a program needs no files at run time and adding a kernel is adding its file.
///
/// String literals, since they cost nothing: 120 KB compile in a fraction of a second. (`.embedInCode` makes arrays of
/// bytes, which take the compiler 20 seconds, and `#embed` needs a list that somebody writes: a plugin's C is experimental.)
@main struct EmbedKernels: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Kernels")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { $0.hasSuffix(".cl") || $0.hasSuffix(".tuning") || ($0.hasSuffix(".h") && $0.contains("/")) }
            .sorted()
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedKernels.swift")
        return [
            .buildCommand(
                displayName: "Embedding kernels", executable: URL(filePath: "/bin/sh"),
                arguments: ["-c", script, "sh", folder.path(percentEncoded: false), output.path(percentEncoded: false)] + names,
                inputFiles: names.map { folder.appending(path: $0) }, outputFiles: [output])
        ]
    }

    private let script = ####"""
        folder=$1 output=$2
        shift 2
        {
            echo '/// The files of `Kernels/` by their paths there, and their texts.'
            echo 'package let embeddedKernels: [(name: StaticString, text: StaticString)] = ['
            for name; do
                printf '("%s", ###"""\n' "$name"
                cat "$folder/$name"
                printf '\n"""###),\n'
            done
            echo ']'
        } > "$output"
        """####
}
