import CPluginABI
import PluginSDK
import Testing

/// What HR-7 asks of a plugin: to save, to say whether it could restore, and to restore or leave everything as it was.
@Suite("A plugin's state")
struct StateTests {
    private static func notebook() throws -> DrivenPlugin {
        let plugin = try DrivenPlugin(Notebook.self)
        for note in ["b", "a", "ü/", "d"] { _ = plugin.call("write", "\"\(note)\"") }
        return plugin
    }

    @Test("comes back byte for byte the same (HR-7)", arguments: [1, 3, 4096])
    func roundTrip(pieceSize: Int) throws {
        let old = try Self.notebook()
        let saved = old.save()
        #expect(saved.reply.status == PH_OK)
        #expect(saved.schema == 0)

        let new = try DrivenPlugin(Notebook.self)
        let source = BytesSource(saved.bytes, pieceSize: pieceSize)
        #expect(new.check(source, schema: saved.schema).status == PH_OK)
        #expect(new.call("read").text == "[]", "a dry run changes nothing")
        #expect(new.restore(source, schema: saved.schema).status == PH_OK)
        #expect(new.call("read") == old.call("read"))
        #expect(new.save().bytes == saved.bytes)
    }

    @Test("may be larger than one piece")
    func largeState() throws {
        let old = try DrivenPlugin(Notebook.self)
        let note = String(repeating: "x", count: 200_000)
        _ = old.call("write", "\"\(note)\"")
        let saved = old.save()
        let new = try DrivenPlugin(Notebook.self)
        #expect(new.restore(BytesSource(saved.bytes)).status == PH_OK)
        #expect(new.save().bytes == saved.bytes)
    }

    @Test(
        "is refused if it can't be read, and the one that there is stays (HR-7)",
        arguments: ["", "{", "[]", "null", #"{"notes":{"a":"x"}}"#, "\u{0}\u{1}\u{2}", "garbage"]
    )
    func refusesGarbage(state: String) throws {
        let plugin = try Self.notebook()
        let before = plugin.save().bytes
        let source = BytesSource(Array(state.utf8))
        #expect(plugin.check(source).status == PH_STATE_REFUSED)
        #expect(plugin.restore(source).status == PH_STATE_REFUSED)
        #expect(plugin.save().bytes == before)
    }

    @Test("is refused if its bytes are not what the source said")
    func refusesLyingSources() throws {
        let plugin = try Self.notebook()
        let bytes = plugin.save().bytes
        #expect(plugin.restore(BytesSource(bytes, claimedSize: UInt64(bytes.count) + 1)).status == PH_STATE_REFUSED)
        #expect(plugin.restore(BytesSource(bytes, claimedSize: .max)).status == PH_INTERNAL)
        #expect(plugin.restore(BytesSource(bytes, claimedSize: UInt64(Int64.max))).status == PH_STATE_REFUSED)
        #expect(plugin.restore(BytesSource(bytes, claimsOverrun: true)).status == PH_INTERNAL)
        #expect(plugin.save().bytes == bytes)
    }

    @Test(
        "is migrated from each older schema (HR-7)",
        arguments: [
            (UInt32(1), #"{"words":["a","b"]}"#, #"["a","b"]"#),
            (2, #"{"text":"c"}"#, #"["c"]"#),
            (3, #"{"lines":["d"]}"#, #"["d"]"#),
        ]
    )
    func migrates(schema: UInt32, state: String, lines: String) throws {
        let plugin = try DrivenPlugin(LaterNotebook.self)
        #expect(plugin.check(BytesSource(Array(state.utf8)), schema: schema).status == PH_OK)
        #expect(plugin.restore(state, schema: schema).status == PH_OK)
        #expect(plugin.call("read").text == lines)
        #expect(plugin.save().schema == 3)
    }

    @Test("is refused if it is of a schema that is not read (HR-7)", arguments: [UInt32(0), 4, .max])
    func refusesOtherSchemas(schema: UInt32) throws {
        let plugin = try DrivenPlugin(LaterNotebook.self)
        let reply = plugin.restore(#"{"lines":[]}"#, schema: schema)
        #expect(reply.status == PH_STATE_REFUSED)
        #expect(reply.text.contains("has schema \(schema), and this version reads 1, 2, 3"))
    }

    @Test("is refused with what to do, if it has not what is new in its schema (HR-7)")
    func tellsOfMigrations() throws {
        let plugin = try DrivenPlugin(LaterNotebook.self)
        let reply = plugin.check(BytesSource(Array("{}".utf8)), schema: 3)
        #expect(reply.status == PH_STATE_REFUSED)
        let remedy = "make what is new optional, or raise stateSchema and add a migration from 3"
        #expect(reply.text == "the state lacks the key at 'lines'; \(remedy)")
    }

    @Test("is refused if the author's migration refuses it")
    func refusesByTheAuthor() throws {
        let plugin = try DrivenPlugin(LaterNotebook.self)
        #expect(plugin.restore(#"{"text":""}"#, schema: 2) == .init(status: PH_STATE_REFUSED, text: "an empty text"))
        #expect(plugin.restore(#"{"lines":[]}"#, schema: 2).status == PH_STATE_REFUSED)
    }

    @Test("has its schemas in the descriptor (PL-4)")
    func declaresSchemas() throws {
        let later = try #require(DrivenPlugin(LaterNotebook.self).descriptor)
        #expect(later.state_schema_minimum == 1)
        #expect(later.state_schema_maximum == 3)
        let undeclared = try #require(DrivenPlugin(Notebook.self).descriptor)
        #expect(undeclared.state_schema_minimum == 0)
        #expect(undeclared.state_schema_maximum == 0)
    }

    @Test("has one migration from each schema")
    func hasNoTwoMigrations() async {
        await #expect(processExitsWith: .failure) {
            final class Doubled: StatefulPlugin {
                static let metadata = PluginMetadata(id: "doubled", name: "Doubled", version: "1.0.0")
                static let stateSchema: UInt32 = 2
                static let migrations = [
                    StateMigration(from: 1, Int.self) { $0 }, StateMigration(from: 1, Int.self) { $0 },
                ]
                var state = 0
                init(context: PluginContext) {}
                static func register(in methods: inout MethodTable<Doubled>) {}
            }
            _ = makeFactory(of: Doubled.self)
        }
    }
}
