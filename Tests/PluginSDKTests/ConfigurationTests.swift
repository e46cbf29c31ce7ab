import CPluginABI
import PluginSDK
import Testing

@Suite("A plugin's configuration")
struct ConfigurationTests {
    private static let json = #"{"s":"text","i":-3,"n":2.5,"b":true,"null":null,"list":[1,{"a":2}],"o":{"s":[true]}}"#

    @Test("gives each setting in its type (PL-5)")
    func givesValues() throws {
        let configuration = try PluginConfiguration(json: Self.json)
        #expect(try configuration.string("s") == "text")
        #expect(try configuration.integer("i") == -3)
        #expect(try configuration.number("n") == 2.5)
        #expect(try configuration.number("i") == -3)
        #expect(try configuration.bool("b") == true)
        #expect(configuration.keys == ["b", "i", "list", "n", "null", "o", "s"])
    }

    @Test("gives the default for a setting that is absent or null", arguments: ["absent", "null"])
    func givesDefaults(key: String) throws {
        let configuration = try PluginConfiguration(json: Self.json)
        #expect(try configuration.string(key) == nil)
        #expect(try configuration.string(key, default: "d") == "d")
        #expect(try configuration.integer(key, default: 4) == 4)
        #expect(try configuration.number(key, default: 4.5) == 4.5)
        #expect(try configuration.bool(key, default: true))
    }

    @Test("names a setting of the wrong type")
    func namesWrongTypes() throws {
        let configuration = try PluginConfiguration(json: Self.json)
        let failure = PluginFailure(.badPayload, "the setting 's' has the wrong type: a whole number is wanted")
        #expect(throws: failure) { try configuration.integer("s") }
        #expect(throws: PluginFailure.self) { try configuration.integer("n") }
        #expect(throws: PluginFailure.self) { try configuration.string("i", default: "") }
        #expect(throws: PluginFailure.self) { try configuration.bool("i") }
        #expect(throws: PluginFailure.self) { try configuration.number("list") }
        #expect(throws: PluginFailure.self) { try configuration.string("o") }
    }

    @Test("fills a type of the author's own")
    func decodes() throws {
        struct Settings: Decodable {
            let s: String
            let list: [Int]?
        }
        #expect(try PluginConfiguration(json: #"{"s":"x"}"#).decode(Settings.self).s == "x")
        let failure = #expect(throws: PluginFailure.self) {
            try PluginConfiguration(json: Self.json).decode(Settings.self)
        }
        #expect(failure?.message.contains("at 'list[1]'") == true, "\(String(describing: failure))")
    }

    @Test("is empty without bytes, and refused if it is no object", arguments: ["[]", "1", "{", "x", "\u{0}"])
    func refusesGarbage(json: String) throws {
        #expect(try PluginConfiguration(json: "").keys == [])
        #expect(throws: PluginFailure.self) { try PluginConfiguration(json: json) }
        #expect(try DrivenPlugin(Everything.self).initialise(json).status == PH_BAD_PAYLOAD)
    }

    @Test("reaches the plugin when it changes (PL-5)")
    func isPushed() throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.initialise(#"{"greeting":"Hi"}"#).status == PH_OK)
        #expect(plugin.call("shout", "x").text == "Hi X")
        #expect(plugin.initialise(#"{"greeting":5}"#).status == PH_BAD_PAYLOAD)
        #expect(plugin.call("shout", "x").text == "Hi X")
        #expect(plugin.initialise("").status == PH_OK)
        #expect(plugin.call("shout", "x").text == "Hello X")
    }
}
