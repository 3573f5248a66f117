import Foundation
import FoundationXML
import MartletFormats
import MartletReport
import Testing

@Suite struct ChartTests {
    /// Every kind of chart, with names that need care.
    static let charts: [any Chart] = [
        LineChart("a < b & \"c\"", x: "x", y: "y", [.init("s<", [(0, 1), (1, -2), (2, .nan), (3, 5)])]),
        LineChart("log", x: "x", y: "y", [.init("s", [(1, 1e-9), (1000, 1e3), (0, 5)])], isLogX: true, isLogY: true),
        LineChart("one point", x: "x", y: "y", [.init("s", [(3, 3)])]),
        RidgeChart("one value", x: "value", [("only", Histogram(of: [7, .infinity]))]),
        RidgeChart("r", x: "value", [("first", Histogram(of: [0, 1])), ("then <", Histogram(of: [2, 3, 3]))]),
        HeatMap("m", x: "predicted", y: "true", columns: ["a", "b"], rows: ["a", "b"], values: [[5, 0], [1, .nan]], hasNumbers: true),
        ContourChart("c", .drawn(as: "bowl <"), x: -1...1, y: -1...1, levels: [0.5], paths: [.init("p", [(1, 1), (0, 0), (.nan, 0)])], minimum: (0, 0)) { $0 * $0 + $1 * $1 },
    ]

    @Test(arguments: charts.indices)
    func isWellFormed(place: Int) {
        let html = Self.charts[place].html
        #expect(html.contains("<svg") && !html.contains("nan") && !html.contains("inf"), "\(html)")
        let parser = XMLParser(data: Data(html.utf8))
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") in \(html)")
    }

    /// Lines that several charts have are in the page once.
    @Test func contoursAreDrawnOnce() {
        func chart(_ contours: ContourChart.Contours) -> ContourChart {
            ContourChart("c", contours, x: -1...1, y: -1...1, levels: [0.5], paths: [], minimum: (0, 0)) { $0 * $0 + $1 * $1 }
        }
        let (first, second) = (chart(.drawn(as: "bowl")).svg, chart(.like("bowl")).svg)
        #expect(first.contains("<g id=\"bowl\">") && first.contains("class=\"contour\""))
        #expect(second.contains("<use href=\"#bowl\"/>") && !second.contains("class=\"contour\""))
    }

    @Test func nothingIsNotDrawn() {
        #expect(LineChart("t", x: "x", y: "y", [.init("s", [(0, .nan)])]).html.isEmpty)
        #expect(LineChart("t", x: "x", y: "y", [.init("s", [(0, 1)])], isLogX: true).html.isEmpty)
        #expect(RidgeChart("t", x: "x", [("none", Histogram(of: []))]).html.isEmpty)
        #expect(RidgeChart("t", x: "x", []).html.isEmpty)
        #expect(HeatMap("t", x: "x", y: "y", columns: [], rows: [], values: []).html.isEmpty)
        var page = Page("p")
        page.charts([RidgeChart("t", x: "x", [])])
        #expect(!page.html.contains("<figure"))
    }

    /// A value that is no number breaks a line in two.
    @Test func gaps() {
        let chart = LineChart("t", x: "x", y: "y", [.init("s", [(0, 1), (1, 2), (2, .nan), (3, 1), (4, 2)])])
        #expect(chart.svg.split(separator: "<polyline").count == 3)
    }

    @Test func manyHaveOneLegendEntryEach() {
        let chart = LineChart("t", x: "x", y: "y", (0..<11).map { .init("s\($0)", [(0, Double($0)), (1, 1)]) })
        #expect(chart.legend.count == 11 && chart.legend[10].isDashed && !chart.legend[3].isDashed)
    }

    @Test func histogramCountsEverything() {
        let histogram = Histogram(of: (0..<100).map(Double.init), bins: 10)
        #expect(histogram.counts == Array(repeating: 10, count: 10))
        #expect(histogram.low == 0 && histogram.high == 99)
    }

    @Test func numbers() {
        #expect([0, 1, -2.5, 12345, 0.001, 1e-7, 8e-4, 9.99e-5, 3e6, 4.32e12, .nan].map(short) == ["0", "1", "−2.5", "12.3k", "0.001", "1e-7", "0.0008", "1e-4", "3M", "4.3e12", "NaN"])
    }
}

@Suite struct PageTests {
    @Test func pagesNeedNothing() {
        var page = Page("a < b")
        page.heading("h & i")
        page.table(Table(["c"], [["1 < 2"], ["bad"]], marked: [1]))
        page.pictures([Picture(ByteImage(height: 2, width: 2, channels: 1, pixels: [0, 255, 255, 0]), "two & two")])
        page.notice("it is ill", ["because"], isGood: false)
        page.charts(ChartTests.charts)
        let html = page.html
        #expect(!html.contains("<script") && !html.contains("http-equiv") && !html.contains("@import"))
        #expect(html.contains("a &lt; b") && html.contains("1 &lt; 2") && html.contains("two &amp; two"))
        for source in html.components(separatedBy: "src=\"").dropFirst() { #expect(source.hasPrefix("data:image/png;base64,")) }
    }

    @Test func numbersStandUnderEachOther() {
        let html = Table(["name", "loss"], [["a", "1.5"], ["b", "−0.25"], ["c", ""]]).html
        #expect(html.contains("<th>name</th><th class=\"n\">loss</th>") && html.contains("<td>b</td><td class=\"n\">−0.25</td>"))
        #expect(Table(["share"], [["3.5 %"], ["12.3k"], ["1e-07"]]).html.contains("class=\"n\""))
        #expect(!Table(["layer"], [["0"], ["3.body.0"]]).html.contains("class=\"n\""))
        #expect(!Table(["name"], [["1"], ["b"]]).html.contains("class=\"n\""))
        let whole = Table(["a", "b", "c"], [["1", "", "2"], ["3", "", ""]], marked: [1])
        #expect(whole.withoutEmptyColumns.columns == ["a", "c"] && whole.withoutEmptyColumns.rows == [["1", "2"], ["3", ""]])
        // Rows may be short.
        #expect(Table(["a", "b"], [["1", "2"], ["3"]]).html.contains("<td class=\"n\">2</td>"))
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64(text: String, code: String) {
        #expect(Base64.encode(Array(text.utf8)) == code && Base64.decode(code) == Array(text.utf8))
    }
    @Test(arguments: ["Zg", "Z===", "Zg=a", "Z*==", "=Zg="]) func noBase64(text: String) { #expect(Base64.decode(text) == nil) }
}
