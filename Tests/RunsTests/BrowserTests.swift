import Foundation
import Martlet
import MartletReport
import MartletRuns
import MartletStudies
import TestSupport
import Testing

/// Pages in a real browser, where one is installed.
@Suite struct BrowserTests {
    static let browser: String? = ["chromium", "chromium-browser", "google-chrome"].first { name in
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name, "--version"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// What the browser's console says of a page, and whether a picture of it could be taken.
    private func console(_ html: String, in place: TemporaryFolder, width: Int = 1200) throws -> (lines: [String], isShown: Bool) {
        let (page, picture, log) = (try place.write(html, to: "a page.html"), place.file("picture.png"), place.file("log"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            Self.browser!, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=\(place.file("profile"))",
            "--window-size=\(width),900", "--screenshot=\(picture)", URL(filePath: page).absoluteString,
        ]
        try Data().write(to: URL(filePath: log))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try File.read(log), as: UTF8.self)
        return (text.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") }, File.exists(picture))
    }

    @Test(.enabled(if: browser != nil, "needs chromium"))
    func pagesHaveNoErrors() throws {
        let place = try TemporaryFolder()
        let run = try Runs.record(try Runs.perceptron([16]), epochs: 3)
        var study = BatchStudy()
        (study.sizes, study.epochs) = ([32, 64], 1)
        let studied = try study.run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, StudyTests.Quiet())
        for html in [RunPage(run).html, ComparisonPage([run, run]).html, studied.page.html] {
            let (lines, isShown) = try console(html, in: place)
            #expect(lines.isEmpty && isShown, "\(lines)")
        }
        // What the check finds where something is wrong.
        let wrong = try console("<html><body><script>nothing.there()</script></body></html>", in: place)
        #expect(wrong.lines.contains { $0.contains("nothing") }, "\(wrong.lines)")
    }
}
