import MartletBackend

/// Puts the files that a kernel includes in the place of its `#include "..."` lines: a driver, given a text, has no folder
/// to look in.
///
/// Each file is put in once, at its first mention, so includes belong outside of conditionals (an include guard around
/// the whole file is fine). `#line` directives keep the compiler's positions right. `#include <...>` is left alone.
public enum SourceResolver {
    /// The text of `name` with everything it includes.
    /// - Parameters:
    ///   - name: of the file to begin with, as `sources` knows it.
    ///   - sources: the text of a file; nil where there is none. An included name is looked for in the folder of the
    ///     including file first, then from the root, as a C compiler would.
    /// - Throws: `DeviceError.build`, whose log names the file and line of an include that is not there.
    public static func resolve(
        name: String, sources: (String) -> String?
    ) throws(DeviceError) -> String {
        guard let text = sources(name) else {
            throw .build(kernel: name, log: "there is no kernel file '\(name)'")
        }
        var resolution = Resolution(root: name)
        try resolution.add(name, text, sources)
        return resolution.output
    }
}

private struct Resolution {
    let root: String
    var output = ""
    var included: Set<String> = []

    init(root: String) { self.root = root }

    mutating func add(
        _ name: String, _ text: String, _ sources: (String) -> String?
    ) throws(DeviceError) {
        included.insert(name)
        output += "#line 1 \"\(name)\"\n"
        // Texts are put together for every launch of every plan: most lines are only looked through for two characters.
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }  // what follows the last newline is no line
        var inComment = false
        for (index, bytes) in lines.enumerated() {
            let isDirective = !inComment && bytes.contains(UInt8(ascii: "#"))
            if bytes.contains(UInt8(ascii: "*")) { inComment = endsInComment(bytes, inComment) }
            let line = Substring(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
            if isDirective, let target = includedName(line) {
                guard let (path, body) = find(target, from: name, sources) else {
                    throw .build(
                        kernel: root,
                        log: "\(name):\(index + 1): error: there is no file '\(target)' among the embedded sources")
                }
                if included.contains(path) {
                    output += "\n"
                } else {
                    try add(path, body, sources)
                    output += "#line \(index + 2) \"\(name)\"\n"
                }
            } else if isDirective, isPragmaOnce(line) {
                output += "\n"  // every file is put in once, and the compiler warns about this line in a main file
            } else {
                output += line
                output += "\n"
            }
        }
    }

    private func find(
        _ target: String, from name: String, _ sources: (String) -> String?
    ) -> (path: String, text: String)? {
        let folder = name.lastIndex(of: "/").map { name[...$0] } ?? ""
        let candidates = folder.isEmpty ? [target] : [normalized(folder + target), target]
        for path in candidates {
            if let text = sources(path) { return (path, text) }
        }
        return nil
    }
}

/// `Shared/exp.h` in `#include "Shared/exp.h"`.
private func includedName(_ line: Substring) -> String? {
    guard let rest = directive(line, "include"), rest.first == "\"" else { return nil }
    let name = rest.dropFirst().prefix { $0 != "\"" }
    return name.endIndex < rest.endIndex ? String(name) : nil
}

private func isPragmaOnce(_ line: Substring) -> Bool { directive(line, "pragma").map(trimmed) == "once" }

/// What follows `# word`, white space skipped; nil for any other line.
private func directive(_ line: Substring, _ word: String) -> Substring? {
    let start = line.drop { $0.isWhitespace }
    guard start.first == "#" else { return nil }
    let name = start.dropFirst().drop { $0.isWhitespace }
    guard name.hasPrefix(word) else { return nil }
    return name.dropFirst(word.count).drop { $0.isWhitespace }
}

/// Whether a `/* */` comment is open after the line. (Kernels have no string literals that could hide one.)
private func endsInComment(_ line: Substring.UTF8View, _ inComment: Bool) -> Bool {
    var inComment = inComment
    var rest = line
    while let first = rest.first {
        let second = rest.dropFirst().first
        if !inComment, first == UInt8(ascii: "/"), second == UInt8(ascii: "/") { break }
        let opens = first == UInt8(ascii: "/") && second == UInt8(ascii: "*")
        let closes = first == UInt8(ascii: "*") && second == UInt8(ascii: "/")
        if inComment ? closes : opens {
            inComment.toggle()
            rest = rest.dropFirst(2)
        } else {
            rest = rest.dropFirst()
        }
    }
    return inComment
}

/// A path without `.` and `..`.
private func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
}
