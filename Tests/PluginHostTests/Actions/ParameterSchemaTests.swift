import Testing

@testable import PluginHost

@Suite("A schema of parameters")
struct ParameterSchemaTests {
    private static let weather = """
        {"type":"object","description":"What to tell of.","required":["city"],"additionalProperties":false,"properties":{
          "city":{"type":"string","minLength":2,"maxLength":20},
          "days":{"type":"integer","minimum":1,"maximum":7,"default":3},
          "unit":{"type":"string","enum":["C","F"],"default":"C"},
          "level":{"type":["number","null"]},
          "at":{"type":"array","items":{"type":"object","required":["hour"],"properties":{"hour":{"type":"integer"}}}}}}
        """

    private static func value(_ text: String) throws -> JSONValue { try JSONCoding.decode(from: Array(text.utf8)) }

    private static func schema(_ text: String = weather) throws -> ParameterSchema {
        try ParameterSchema(parameters: try value(text))
    }

    @Test("lets arguments pass, with defaults for what is missing (RS-12)")
    func passes() throws {
        let checked = try Self.schema().checked(arguments: try Self.value(#"{"city":"Ulm","level":null}"#))
        #expect(checked == (try Self.value(#"{"city":"Ulm","level":null,"days":3,"unit":"C"}"#)))
        let whole = try Self.schema().checked(
            arguments: try Self.value(#"{"city":"Köln","days":2.0,"level":1.5,"at":[{"hour":1},{"hour":2,"x":0}]}"#)
        )
        #expect(whole != .null)
    }

    @Test(
        "names the path, what was expected, and what came (RS-12)",
        arguments: [
            ("{}", "city (a text) is missing"),
            (#"{"city":7}"#, "city has to be a text, not the number 7"),
            (#"{"city":"U"}"#, "city has to have at least 2 characters, not 1"),
            (#"{"city":"Llanfairpwllgwyngylls"}"#, "city has to have at most 20 characters, not 21"),
            (#"{"city":"Ulm","days":0}"#, "days has to be at least 1, not 0"),
            (#"{"city":"Ulm","days":8}"#, "days has to be at most 7, not 8"),
            (#"{"city":"Ulm","days":1.5}"#, "days has to be an integer, not the number 1.5"),
            (#"{"city":"Ulm","days":"3"}"#, #"days has to be an integer, not the text "3""#),
            (#"{"city":"Ulm","unit":"K"}"#, #"unit has to be one of "C", "F", not "K""#),
            (#"{"city":"Ulm","level":true}"#, "level has to be a number or null, not true"),
            (#"{"city":"Ulm","at":[{"hour":1},{}]}"#, "at[1].hour (an integer) is missing"),
            (#"{"city":"Ulm","at":[{"hour":"x"}]}"#, #"at[0].hour has to be an integer, not the text "x""#),
            (
                #"{"city":"Ulm","cty":1}"#,
                "cty is no parameter: there are at, city, days, level, unit; city may be meant"
            ),
            ("[1]", "the arguments has to be an object, not a list"),
        ]
    )
    func wrong(arguments: String, reason: String) throws {
        let (schema, value) = (try Self.schema(), try Self.value(arguments))
        #expect(throws: ArgumentFault(reason: reason)) { try schema.checked(arguments: value) }
    }

    @Test("checks other properties by a schema of their own")
    func others() throws {
        let schema = try Self.schema(#"{"type":"object","additionalProperties":{"type":"integer"}}"#)
        #expect(try schema.checked(arguments: .object(["a": .integer(1)])) == .object(["a": .integer(1)]))
        #expect(throws: ArgumentFault.self) { try schema.checked(arguments: .object(["a": .bool(true)])) }
    }

    @Test(
        "refuses at registration what it can't check by, by name (RS-12)",
        arguments: [
            (
                #"{"type":"object","properties":{"a":{"type":"string","pattern":"x"}}}"#,
                "parameters.properties.a.pattern"
            ),
            (#"{"$ref":"x"}"#, "parameters.$ref"),
            (#"{"type":"object","oneOf":[]}"#, "parameters.oneOf"),
            (#"{"type":"string"}"#, "parameters.type"),
            (#"{"type":"object","properties":{"a":{"type":"date"}}}"#, "parameters.properties.a.type"),
            (#"{"type":"object","properties":[]}"#, "parameters.properties"),
            (#"{"type":"object","properties":{"a":7}}"#, "parameters.properties.a"),
            (#"{"type":"object","required":"a"}"#, "parameters.required"),
            (#"{"type":"object","required":["a"],"additionalProperties":false}"#, "parameters.required"),
            (#"{"type":"object","properties":{"a":{"enum":[]}}}"#, "parameters.properties.a.enum"),
            (#"{"type":"object","properties":{"a":{"minimum":3,"maximum":1}}}"#, "parameters.properties.a.minimum"),
            (#"{"type":"object","properties":{"a":{"minLength":-1}}}"#, "parameters.properties.a.minLength"),
            (#"{"type":"object","properties":{"a":{"type":"string","default":1}}}"#, "parameters.properties.a.default"),
            (#"{"type":"object","description":1}"#, "parameters.description"),
            ("7", "parameters"),
        ]
    )
    func malformed(text: String, place: String) throws {
        let value = try Self.value(text)
        let error = #expect(throws: ParameterSchema.Malformed.self) { try ParameterSchema(parameters: value) }
        #expect(error?.reason.contains(place) == true, "\(error?.reason ?? "")")
    }

    @Test("refuses nesting that is too deep, and takes none at all as no parameters")
    func depth() throws {
        var value = JSONValue.object(["type": .string("object")])
        for _ in 0..<20 { value = .object(["type": .string("object"), "properties": .object(["a": value])]) }
        #expect(throws: ParameterSchema.Malformed.self) { try ParameterSchema(parameters: value) }
        let empty = try ParameterSchema(parameters: .object([:]))
        #expect(try empty.checked(arguments: .object([:])) == .object([:]))
    }
}
