import FoundationEssentials
import MartletFormats
import TestSupport
import Testing

private func parsed(_ text: String) throws(FormatError) -> JSONValue { try JSONValue(parsing: text.utf8, path: "j") }

@Suite struct JSONValueTests {
    let text = #"{"z":[1,-2.5,1e+20,true,null],"a":{"":"\"\\\n\u0001é😀"},"m":[]}"#

    @Test func roundTripsInOrder() throws {
        let value = try parsed(text)
        #expect(value.description == text)
        #expect(try parsed(" \n" + text + "\t ") == value)
        #expect(value.members?.map(\.name) == ["z", "a", "m"])
    }

    @Test func accessors() throws {
        let value = try parsed(#"{"i":3,"f":3.0,"h":2.5,"s":"x","b":false,"n":null,"l":[1,2],"t":["a"]}"#)
        #expect(value["i"]?.int == 3 && value["f"]?.int == 3 && value["h"]?.int == nil)
        #expect(value["i"]?.double == 3 && value["h"]?.float == 2.5 && value["s"]?.double == nil)
        #expect(value["b"]?.bool == false && value["n"]?.isNull == true && value["x"] == nil)
        #expect(value["l"]?.ints == [1, 2] && value["t"]?.strings == ["a"] && value["t"]?.doubles == nil)
        #expect(value["l"]?[1] == 2 && value["l"]?[2] == nil && value["s"]?["x"] == nil)
    }

    @Test func escapes() throws {
        #expect(try parsed(#""\u00e9\ud83d\ude00\/\b\f\n\r\t""#) == "é😀/\u{8}\u{c}\n\r\t")
    }

    @Test func codable() throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(value["z"] == [1, -2.5, 1e20, true, .null] || value["z"]?.doubles == nil)
        let again = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
        #expect(again == value)
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a value, found the end"), ("{", "expected a name"),
        ("[1,]", "column 4: expected a value"),
        ("[1 2]", "expected ',' or ']'"), ("{\"a\" 1}", "expected ':'"), ("{\"a\":1,}", "expected a name"),
        ("{\n\"a\":1,\n \"a\":2}", "line 3, column 2: the name 'a' occurs twice"), ("\"abc", "no end"),
        ("\"a\nb\"", "control character"),
        (#""\x""#, "expected an escape"), (#""\u12g4""#, "hexadecimal"), (#""\u12"#, "hexadecimal"),
        (#""\ud800""#, "half a character"),
        (#""\ud800\u0041""#, "second half"), (#""\"#, "expected an escape"), ("01", "expected a number"),
        ("-", "expected a number"),
        ("1.", "digits after the point"), ("1e", "digits in the exponent"), ("1e999", "too large"),
        ("nul", "expected a value"),
        ("1 2", "expected the end"), ("NaN", "expected a value"), ("'a'", "expected a value"),
    ])
    func errorsSayWhere(_ text: String, _ part: String) {
        expectError(naming: "j", part) { _ = try parsed(text) }
    }

    @Test func deepNestingIsAnError() {
        expectError(naming: "j", "nest deeper") { _ = try parsed(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func invalidUTF8IsAnError() {
        expectError(naming: "j", "UTF-8") { _ = try JSONValue(parsing: [0x22, 0xff, 0x22], path: "j") }
    }
}
