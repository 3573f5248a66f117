import MartletBackend
import MartletOpenCL
import Testing

@Suite struct SourceResolverTests {
    private func resolve(_ files: [String: String], _ name: String = "k.cl") throws(DeviceError) -> String {
        try SourceResolver.resolve(name: name) { files[$0] }
    }

    @Test func anIncludeBecomesTheFileWithPositionsKept() throws {
        let text = try resolve(["k.cl": "first\n#include \"Shared/a.h\"\nthird\n", "Shared/a.h": "body\n"])
        #expect(text == """
            #line 1 "k.cl"
            first
            #line 1 "Shared/a.h"
            body
            #line 3 "k.cl"
            third

            """)
    }

    @Test func nestedFilesComeOnceEach() throws {
        let text = try resolve([
            "k.cl": "#include \"Shared/a.h\"\n#include \"Shared/b.h\"\nkernel\n",
            "Shared/a.h": "#pragma once\n#include \"Shared/b.h\"\na\n",
            "Shared/b.h": "#  include \"a.h\"\nb\n",
        ])
        #expect(text == """
            #line 1 "k.cl"
            #line 1 "Shared/a.h"

            #line 1 "Shared/b.h"

            b
            #line 3 "Shared/a.h"
            a
            #line 2 "k.cl"

            kernel

            """)
    }

    /// Counting lines as a compiler does, every line of every file is found where it stands.
    @Test func lineNumbersAreThoseOfTheFiles() throws {
        let files = [
            "k.cl": "k1\n#include \"Shared/a.h\"\nk3\n\n#include \"Shared/b.h\"\nk6",
            "Shared/a.h": "a1\r\n#include \"b.h\"\r\na3",
            "Shared/b.h": "b1\nb2\n",
        ]
        var (file, line) = ("", 0)
        var seen: Set<String> = []
        for text in try resolve(files).split(separator: "\n", omittingEmptySubsequences: false) {
            if text.hasPrefix("#line ") {
                let words = text.split(separator: " ")
                (line, file) = (try #require(Int(words[1])), String(words[2].dropFirst().dropLast()))
                continue
            }
            if !text.isEmpty { seen.insert("\(file) \(line) \(text)") }
            line += 1
        }
        #expect(seen == [
            "k.cl 1 k1", "k.cl 3 k3", "k.cl 6 k6", "Shared/a.h 1 a1", "Shared/a.h 3 a3", "Shared/b.h 1 b1",
            "Shared/b.h 2 b2",
        ])
    }

    @Test func aMissingIncludeNamesItsFileAndLine() {
        #expect(throws: DeviceError.build(
            kernel: "k.cl", log: "Shared/a.h:2: error: there is no file 'gone.h' among the embedded sources")
        ) {
            try resolve(["k.cl": "#include \"Shared/a.h\"\n", "Shared/a.h": "\n#include \"gone.h\"\n"])
        }
        #expect(throws: DeviceError.build(kernel: "k.cl", log: "there is no kernel file 'k.cl'")) { try resolve([:]) }
    }

    @Test func whatIsNoIncludeStays() throws {
        let lines = [
            "#include <stdint.h>", "// #include \"a.h\"", "/*", "#include \"a.h\"", "*/", "int x; /* y */ // /*",
            "#define include \"a.h\"",
        ]
        let text = try resolve(["k.cl": lines.joined(separator: "\n")])
        #expect(text == (["#line 1 \"k.cl\""] + lines + [""]).joined(separator: "\n"))
    }
}
