import CPluginABI
import PluginSDK
import Testing

@Suite("A plugin's lifecycle")
struct LifecycleTests {
    private typealias Reply = DrivenPlugin.Reply

    @Test("reaches the author's functions in the host's order (PL-2)")
    func reachesTheAuthor() throws {
        let plugin = try DrivenPlugin(Everything.self)
        let succeeded = Reply(status: PH_OK, text: "")
        #expect(plugin.run(\.load) == succeeded)
        #expect(plugin.initialise("{}") == succeeded)
        for step in [\ph_instance_v1_t.start, \.pause, \.resume, \.refresh, \.stop, \.unload] {
            #expect(plugin.run(step) == succeeded)
        }
        let steps = ["create", "load", "initialise", "start", "pause", "resume", "refresh", "stop", "unload"]
        #expect(plugin.call("steps").text == "[\(steps.map { "\"\($0)\"" }.joined(separator: ","))]")
    }

    @Test("has a default for everything but the methods (PL-2)")
    func hasDefaults() throws {
        let plugin = try DrivenPlugin(Minimal.self)
        let succeeded = Reply(status: PH_OK, text: "")
        #expect(plugin.initialise() == succeeded)
        for step in [\ph_instance_v1_t.load, \.start, \.pause, \.resume, \.refresh, \.stop, \.unload] {
            #expect(plugin.run(step) == succeeded)
        }
        #expect(plugin.health().status == PH_HEALTHY)
        #expect(plugin.statistics() == Reply(status: PH_OK, text: "{}"))
        #expect(plugin.recovers(from: 1, "x") == 0)
        #expect(plugin.tellReloaded("other", generation: 2))
        #expect(plugin.table.save_state == nil)
        #expect(plugin.table.check_state == nil)
        #expect(plugin.table.restore_state == nil)
        #expect(plugin.call("any").text == "the plugin has no method 'any'; there are none")
    }

    @Test("reports a failing step with the author's code, and offers it to him (LM-3)")
    func reportsFailure() throws {
        let plugin = try DrivenPlugin(Everything.self)
        _ = plugin.call("fail-at", "\"start\"")
        #expect(plugin.run(\.start) == Reply(status: 1001, text: "asked to fail"))
        #expect(plugin.recovers(from: 1001, "asked to fail") == 1)
        #expect(plugin.recovers(from: 1002, "asked to fail") == 0)
    }

    @Test("tells how the plugin is (LM-2)")
    func tellsHealth() throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.health().status == PH_HEALTHY)
        _ = plugin.call("be", "\"degraded\"")
        #expect(plugin.health() == (Reply(status: PH_OK, text: "slow"), PH_DEGRADED))
        _ = plugin.call("be", "\"unhealthy\"")
        #expect(plugin.health() == (Reply(status: PH_OK, text: "broken"), PH_UNHEALTHY))
        _ = plugin.call("be", "")
        #expect(plugin.health() == (Reply(status: PH_FAILED, text: "Unknown()"), PH_UNHEALTHY))
    }

    @Test("gives figures in order, and null for those that JSON can't write")
    func givesStatistics() throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.statistics() == Reply(status: PH_OK, text: #"{"a":2,"b":1.5,"none":null}"#))
    }

    @Test("is told of a dependency that was replaced")
    func isToldOfDependencies() throws {
        let plugin = try DrivenPlugin(Everything.self)
        _ = plugin.call("forget")
        #expect(plugin.tellReloaded("base", generation: 7))
        #expect(plugin.call("steps").text == #"["base: reloaded(generation: 7)"]"#)
        #expect(plugin.table.get_interface?(plugin.table.context, "unknown/1") == nil)
    }

    @Test("ends with the instance", .timeLimit(.minutes(10)))
    func isReleased() throws {
        weak var host: HostDouble?
        do {
            let plugin = try DrivenPlugin(Everything.self)
            host = plugin.host
            #expect(host != nil)
        }
        #expect(host == nil)
    }

    @Test("refuses a context that is not there")
    func refusesNullContext() throws {
        let plugin = try DrivenPlugin(Everything.self)
        let error = BytesSink()
        #expect(error.lend { plugin.table.start?(nil, $0) } == PH_INTERNAL)
        plugin.table.destroy?(nil)
    }
}
