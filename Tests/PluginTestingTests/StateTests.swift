import PluginSDK
import PluginTesting
import Testing

@Suite("The state of a plugin under test")
struct StateTests {
    @Test("moves to the next instance (HR-7)")
    func moves() throws {
        let plugin = try TestedPlugin(Ledger.self)
        _ = try plugin.call("add", 41, as: Int.self)
        let next = try plugin.reload()
        #expect(try next.call("add", 1, as: Int.self) == 42)
        #expect(next.host === plugin.host)
        let steps = next.host.log.map(\.message)
        #expect(
            steps == ["load", "initialise", "start", "load", "initialise", "pause", "start", "stop", "unload"],
            "the new instance is prepared before the old one is paused, and started before that is stopped"
        )
        let failure = #expect(throws: PluginFailure.self) { try plugin.call("add", 1, as: Int.self) }
        #expect(failure?.message == "add: the plugin is ended, and has to be running")
    }

    @Test("is migrated by another version (HR-7)")
    func isMigrated() throws {
        let plugin = try TestedPlugin(Ledger.self)
        _ = try plugin.call("add", 5, as: Int.self)
        let later = try plugin.reload(into: LaterLedger.self)
        #expect(try later.call("sums", as: [Int].self) == [5])
        #expect(try later.saveState() == SavedState(#"{"sums":[5]}"#, schema: 2, version: "2.0.0"))
    }

    @Test("stays where it is when the reload fails, and the old instance goes on (HR-4)")
    func staysAfterFailure() throws {
        let plugin = try TestedPlugin(Ledger.self)
        _ = try plugin.call("add", 13, as: Int.self)
        #expect(throws: PluginFailure(.stateRefused, "no luck with 13")) { try plugin.reload(into: LaterLedger.self) }
        #expect(plugin.host.log.contains { $0.message == "pause" } == false, "what is refused beforehand holds nobody")
        _ = try plugin.call("add", 1, as: Int.self)
        #expect(throws: PluginFailure("it does not start")) {
            try plugin.reload(into: LaterLedger.self, settings: #"{"fails":true}"#)
        }
        #expect(plugin.host.log.map(\.message).suffix(2) == ["pause", "resume"])
        #expect(try plugin.call("add", 1, as: Int.self) == 15)
    }

    @Test("is not offered to another major version that declares no schemas, nor outside of the declared ones (HR-7)")
    func isNotOffered() throws {
        let plugin = try TestedPlugin(Ledger.self)
        let careless = #expect(throws: PluginFailure.self) { try plugin.reload(into: CarelessLedger.self) }
        #expect(careless?.code == .stateRefused)
        #expect(careless?.message.contains("declare the schemas") == true)
        let newer = #expect(throws: PluginFailure.self) {
            try TestedPlugin(LaterLedger.self, state: SavedState("{}", schema: 3))
        }
        #expect(newer?.message.contains("add a migration from 3") == true)
        let other = #expect(throws: PluginFailure.self) { try plugin.reload(into: Meter.self) }
        #expect(other?.code == .illegalMove)
    }

    @Test("may be given at the start")
    func isGiven() throws {
        let plugin = try TestedPlugin(Ledger.self, state: SavedState(#"{"total":41}"#, version: "1.0.0"))
        #expect(try plugin.call("add", 1, as: Int.self) == 42)
        let large = String(repeating: " ", count: 100_000) + #"{"total":1}"#
        #expect(try TestedPlugin(Ledger.self, state: SavedState(large)).instance.state.total == 1)
        let garbage = #expect(throws: PluginFailure.self) {
            try TestedPlugin(Ledger.self, state: SavedState("garbage"))
        }
        #expect(garbage?.code == .stateRefused)
    }

    @Test("is none of a plugin that has none")
    func isNone() throws {
        let meter = try TestedPlugin(Meter.self)
        let failure = #expect(throws: PluginFailure.self) { try meter.saveState() }
        #expect(failure?.code == .unsupported)
        #expect(throws: PluginFailure.self) { try TestedPlugin(Meter.self, state: SavedState("{}")) }
        try meter.reload().end()
    }
}
