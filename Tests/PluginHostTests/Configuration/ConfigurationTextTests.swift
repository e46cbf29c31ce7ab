import PluginHost
import Testing

@Suite("JSON with comments")
struct ConfigurationTextTests {
    private func parse(_ text: String) throws -> JSONValue {
        try ConfigurationText.parse(Array(text.utf8)).json
    }

    @Test("may have comments, and commas after the last element")
    func readsComments() throws {
        let text = """
            \u{FEFF}// at the top
            { /* inside */ "a": [1, 2.5, -3, 1e2,], // after
              "b//": "/* no comment */", /* over
              lines */ "c": {"d": null, "e": true, "f": false,},
            } // at the end
            """
        let expected: JSONValue = .object([
            "a": .array([.integer(1), .number(2.5), .integer(-3), .number(100)]),
            "b//": .string("/* no comment */"),
            "c": .object(["d": .null, "e": .bool(true), "f": .bool(false)]),
        ])
        #expect(try parse(text) == expected)
    }

    @Test(
        "has the texts of JSON",
        arguments: [
            (#""""#, ""), (#""ä€😀""#, "ä€😀"), (#""\u00e4\u20AC\ud83d\uDE00""#, "ä€😀"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        ]
    )
    func readsStrings(text: String, value: String) throws {
        #expect(try parse(text) == .string(value))
    }

    @Test(
        "is refused with the line and what should be there",
        arguments: [
            ("", 1, "the file ends where a value should be"),
            ("{\n\"a\" 1}", 2, "there is '1' where ':' after 'a' should be"),
            ("{\n\n\"a\": 1 \"b\"", 3, "there is '\"' where ',' or '}' should be"),
            ("[1\n2]", 2, "there is '2' where ',' or ']' should be"),
            ("{a: 1}", 1, "there is 'a' where a name in quotes or '}' should be"),
            ("{}\n{}", 2, "there is more after the end of the configuration"),
            ("{\"a\": 1,\n\"a\": 2}", 2, "'a' is there already, on line 1"),
            ("[\n/* open", 2, "the comment that begins here does not end"),
            ("[\n\"open", 2, "the text that begins here does not end on its line"),
            ("\"a\nb\"", 1, "the text that begins here does not end on its line"),
            ("/x", 1, "there is a single '/'; a comment begins with '//' or '/*'"),
            ("truth", 1, "there is 't' where a value should be"), ("Null", 1, "there is 'N' where a value should be"),
            ("01", 1, "'01' is no number"), ("1.", 1, "'1.' is no number"), ("-", 1, "'-' is no number"),
            ("1-2", 1, "'1-2' is no number"), ("1e999", 1, "'1e999' is no number"),
            ("0x10", 1, "there is more after the end of the configuration"),
            ("[,]", 1, "there is ',' where a value should be"), ("\"\\ud83d\"", 1, "\\ud83d is half of a character"),
            ("\"\\x\"", 1, #"there is an escape that is none of \" \\ \/ \b \f \n \r \t \uXXXX"#),
            ("\"\\u12\"", 1, #"there is an escape that is none of \" \\ \/ \b \f \n \r \t \uXXXX"#),
            ("\u{7}", 1, "there is byte 7 where a value should be"),
        ]
    )
    func refuses(text: String, line: Int, reason: String) {
        let error = #expect(throws: ConfigurationProblem.self) { try ConfigurationText.parse(Array(text.utf8)) }
        #expect(error?.line == line)
        #expect(error?.reason == reason)
    }

    @Test("does not take the stack when nested without end", arguments: ["[", "{\"a\":"])
    func refusesDepth(text: String) {
        let bytes = Array(String(repeating: text, count: 100_000).utf8)
        #expect(throws: ConfigurationProblem.self) { try ConfigurationText.parse(bytes) }
    }

    @Test("never traps on garbage")
    func survivesGarbage() {
        let seed = Array("{\"a\": [1, \"\\u00e4\", /* x */ true], // y\n\"b\": null,}".utf8)
        for index in seed.indices {
            _ = try? ConfigurationText.parse(Array(seed.prefix(index)))
            for byte in UInt8.min...UInt8.max {
                var damaged = seed
                damaged[index] = byte
                _ = try? ConfigurationText.parse(damaged)
            }
        }
    }
}
