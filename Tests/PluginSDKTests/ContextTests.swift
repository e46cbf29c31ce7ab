import CPluginABI
import PluginSDK
import Synchronization
import Testing

@Suite("A plugin's context")
struct ContextTests {
    @Test("logs, emits and reads through the host's table (PL-6, PL-7)")
    func reachesTheHost() throws {
        let host = HostDouble()
        host.memory.withLock { $0.configuration = Array(#"{"a":1,"b":2}"#.utf8) }
        let plugin = try DrivenPlugin(Everything.self, host: host)
        #expect(plugin.call("emit", #""für-alle""#).status == PH_OK)
        #expect(host.events == [.init(type: "für-alle", data: [1, 2, 3])])
        #expect(plugin.call("settings").text == #"["a","b"]"#)
        #expect(plugin.call("find", #""test/1""#).text == "true")
        #expect(plugin.call("find", #""other/1""#).text == "false")
    }

    @Test("gives each log level its number", arguments: zip(LogLevel.allCases, PH_LOG_TRACE...PH_LOG_ERROR))
    func logs(level: LogLevel, number: Int32) throws {
        let (context, plugin) = try Self.context()
        context.log(level, "größer")
        #expect(plugin.host.records == [.init(level: number, message: "größer")])
    }

    @Test("has a function for each log level, and the host's id")
    func hasConveniences() throws {
        let (context, plugin) = try Self.context()
        #expect(context.hostID == plugin.host.id)
        context.trace("t")
        context.debug("d")
        context.info("i")
        context.warning("w")
        context.error("")
        #expect(plugin.host.records.map(\.message) == ["t", "d", "i", "w", ""])
        #expect(plugin.host.records.map(\.level) == Array(0...4))
    }

    @Test("tells why the host refused")
    func tellsRefusal() throws {
        let (context, plugin) = try Self.context()
        plugin.host.memory.withLock { $0.status = PH_UNAUTHORISED }
        #expect(throws: PluginFailure(.unauthorised, "the host did not take the event 'x'")) { try context.emit("x") }
        #expect(throws: PluginFailure(.unauthorised, "the host did not give the configuration")) {
            try context.configuration
        }
    }

    @Test("does nothing after the plugin was destroyed")
    func isClosed() throws {
        let host = HostDouble()
        let context = try Self.context(host).context
        context.info("late")
        #expect(host.records == [])
        #expect(context.interface(named: "test/1") == nil)
        #expect(throws: PluginFailure(.shuttingDown, "the plugin was destroyed")) { try context.emit("x") }
        #expect(throws: PluginFailure(.shuttingDown, "the plugin was destroyed")) { try context.configuration }
    }

    private static func context(
        _ host: HostDouble = HostDouble()
    ) throws -> (context: PluginContext, plugin: DrivenPlugin) {
        let plugin = try DrivenPlugin(Keeper.self, host: host)
        return (try #require(Keeper.contexts.withLock { $0.removeValue(forKey: host.id) }), plugin)
    }
}

/// A plugin that hands its context to the test that made it.
private final class Keeper: Plugin {
    static let metadata = PluginMetadata(id: "keeper", name: "Keeper", version: "1.0.0")
    static let contexts = Mutex<[String: PluginContext]>([:])
    init(context: PluginContext) { Self.contexts.withLock { $0[context.hostID] = context } }
    static func register(in methods: inout MethodTable<Keeper>) {}
}
