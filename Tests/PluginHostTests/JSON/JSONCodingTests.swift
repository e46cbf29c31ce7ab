import Foundation
import PluginHost
import Testing

@Suite("JSON from outside")
struct JSONCodingTests {
    /// Foundation ends the process over some of these.
    @Test(
        "is refused where it ends as an array begins, on any level and in any encoding",
        arguments: [1, 512, 513, 514],
        [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian, .utf16]
    )
    func endsInArray(level: Int, encoding: String.Encoding) throws {
        for start in ["[", #"{"a":"#] {
            let text = String(repeating: start, count: level - 1) + "["
            let bytes = Array(try #require(text.data(using: encoding)))
            let error = #expect(throws: PluginError.self) { try JSONCoding.decode(JSONValue.self, from: bytes) }
            #expect(error?.code == .badPayload)
            #expect(error?.message == "The data ends where an array begins.")
        }
    }

    @Test("may be text that ends with a bracket, and of any other encoding that JSON may have")
    func brackets() throws {
        for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf32BigEndian] {
            let bytes = Array(try #require(#"["["]"#.data(using: encoding)))
            #expect(try JSONCoding.decode([String].self, from: bytes) == ["["])
        }
    }
}
