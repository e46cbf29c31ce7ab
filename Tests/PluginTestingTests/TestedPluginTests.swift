import PluginSDK
import PluginTesting
import Testing

@Suite("A plugin under test")
struct TestedPluginTests {
    @Test("goes through its life in the host's order (PL-2)")
    func life() throws {
        let plugin = try TestedPlugin(Ledger.self)
        #expect(plugin.id == "ledger")
        try plugin.pause()
        try plugin.resume()
        try plugin.refresh()
        try plugin.stop()
        try plugin.start()
        try plugin.end()
        let steps = [
            "load", "initialise", "start", "pause", "resume", "refresh", "stop", "start", "stop", "unload",
        ]
        #expect(plugin.host.log == steps.map { LoggedRecord(.debug, $0, by: "ledger") })
    }

    @Test("ends when it is released")
    func isReleased() throws {
        let host = TestHost()
        do {
            let plugin = try TestedPlugin(Ledger.self, host: host)
            #expect(plugin.host === host)
        }
        #expect(host.log.map(\.message).suffix(2) == ["stop", "unload"])
    }

    @Test("is refused what a host would never do, and says in which state it is (PL-3)")
    func refusesIllegalMoves() throws {
        let plugin = try TestedPlugin(Ledger.self)
        let failure = PluginFailure(.illegalMove, "resume: the plugin is running, and has to be paused")
        #expect(throws: failure) { try plugin.resume() }
        #expect(throws: PluginFailure.self) { try plugin.start() }
        try plugin.pause()
        #expect(throws: PluginFailure(.illegalMove, "echo: the plugin is paused, and has to be running")) {
            try plugin.call("echo", text: "x")
        }
        #expect(throws: PluginFailure.self) { try plugin.pause() }
        try plugin.stop()
        #expect(throws: PluginFailure.self) { try plugin.saveState() }
        try plugin.end()
        try plugin.end()
        for move in [plugin.start, plugin.stop, plugin.pause, plugin.resume, plugin.refresh] {
            let failure = #expect(throws: PluginFailure.self) { try move() }
            #expect(failure?.code == .illegalMove)
        }
        #expect(throws: PluginFailure.self) { try plugin.reload() }
    }

    @Test("takes values, text and bytes, and answers the same (PL-8)")
    func calls() throws {
        let plugin = try TestedPlugin(Ledger.self)
        #expect(try plugin.call("add", 40, as: Int.self) == 40)
        let sum: Int = try plugin.call("add", 2)
        #expect(sum == 42)
        #expect(plugin.instance.state.total == 42)
        #expect(try plugin.call("told", as: [String].self) == [])
        #expect(try plugin.call("echo", text: "für") == "für")
        #expect(try plugin.call("echo", Array("x".utf8)) == Array("x".utf8))
        #expect(try plugin.call("deadline", text: "") == "never")
        #expect(try plugin.call("deadline", text: "", timeout: .seconds(1)) == "some")
    }

    @Test("throws what a host would get")
    func throwsWhatAHostGets() throws {
        let plugin = try TestedPlugin(Ledger.self)
        #expect(throws: PluginFailure(1002, "nothing is taken away")) { try plugin.call("add", -1, as: Int.self) }
        let unknown = #expect(throws: PluginFailure.self) { try plugin.call("nope") }
        #expect(unknown?.code == .methodNotFound)
        let payload = #expect(throws: PluginFailure.self) { try plugin.call("add", text: "x") }
        #expect(payload?.code == .badPayload)
        let reserved = #expect(throws: PluginFailure.self) { try plugin.call("ph.task/tidy") }
        #expect(reserved?.code == .methodNotFound)
        let answer = #expect(throws: PluginFailure.self) { try plugin.call("add", 1, as: String.self) }
        #expect(answer?.code == .brokenContract)
    }

    @Test("is not there if one of its first steps fails", arguments: ["start", "health"])
    func failsToStart(step: String) {
        let host = TestHost()
        let failure = #expect(throws: PluginFailure.self) {
            try TestedPlugin(Ledger.self, settings: #"{"failing":"\#(step)"}"#, host: host)
        }
        #expect(failure?.message.contains(step == "start" ? "start is broken" : "out of paper") == true)
        #expect(host.log.map(\.message) == ["load", "initialise", "start"])
    }

    @Test("may recover from a step that fails (LM-3)")
    func recovers() throws {
        let plugin = try TestedPlugin(Ledger.self, settings: #"{"failing":"refresh"}"#)
        try plugin.refresh()
        let other = try TestedPlugin(Ledger.self, settings: #"{"failing":"pause"}"#)
        #expect(throws: PluginFailure(1001, "pause is broken")) { try other.pause() }
        #expect(try other.call("echo", text: "still here") == "still here")
    }

    @Test("does all of its end, and says what failed first")
    func failsToEnd() throws {
        let plugin = try TestedPlugin(Ledger.self, settings: #"{"failing":"stop"}"#)
        #expect(throws: PluginFailure(1001, "stop is broken")) { try plugin.end() }
        #expect(plugin.host.log.last?.message == "unload")
    }

    @Test("tells its health and its figures (LM-2)")
    func reports() throws {
        let plugin = try TestedPlugin(Ledger.self, settings: #"{"failing":"ink"}"#)
        #expect(try plugin.health() == .degraded("little ink"))
        _ = try plugin.call("add", 3, as: Int.self)
        let figures = try plugin.statistics()
        #expect(figures["total"] == 3.0)
        #expect(figures["ratio"] == .some(nil))
    }

    @Test("takes new settings, or keeps those that it had (PL-5)")
    func isConfigured() throws {
        let plugin = try TestedPlugin(Ledger.self)
        try plugin.configure(#"{"failing":"pause"}"#)
        #expect(try plugin.instance.context.configuration.string("failing") == "pause")
        #expect(throws: PluginFailure.self) { try plugin.configure(#"{"failing":7}"#) }
        #expect(try plugin.instance.context.configuration.string("failing") == "pause")
    }

    @Test("is told of its dependencies")
    func isTold() throws {
        let plugin = try TestedPlugin(Ledger.self)
        try plugin.tell("base", .reloaded(generation: 7))
        try plugin.tell("base", .down)
        try plugin.tell("base", .back(generation: 8))
        let told = ["base: reloaded(generation: 7)", "base: down", "base: back(generation: 8)"]
        #expect(try plugin.call("told", as: [String].self) == told)
    }

    @Test("serves one call at a time, unless it is concurrent (PL-8)", .timeLimit(.minutes(10)))
    func isSerial() async throws {
        let ledger = try TestedPlugin(Ledger.self)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<100).allSatisfy { _ in (try? ledger.call("add", 1, as: Int.self)) != nil } }
            }
            for await succeeded in group { #expect(succeeded) }
        }
        #expect(ledger.instance.state.total == 800)
    }

    @Test("serves several calls at once if it can bear it (PL-8)", .timeLimit(.minutes(10)))
    func isConcurrent() async throws {
        let meter = try TestedPlugin(Meter.self)
        async let one = MeterCall(meter).value
        async let other = MeterCall(meter).value
        let answers = try await [one, other]
        #expect(answers == [2, 2])
    }

    @Test("is refused when it calls itself", .timeLimit(.minutes(10)))
    func refusesCircles() throws {
        let host = TestHost()
        let mirror = try TestedPlugin(Mirror.self, host: host)
        host.answerCalls(by: mirror)
        let failure = #expect(throws: PluginFailure.self) { try mirror.call("look", text: "mirror") }
        #expect(failure?.message.contains("in a circle") == true)
    }

    @Test("is refused if no host would take it (PL-4)")
    func refusesMetadata() {
        let nameless = #expect(throws: PluginFailure.self) { try TestedPlugin(Nameless.self) }
        #expect(nameless?.code == .brokenContract)
        let ageless = #expect(throws: PluginFailure.self) { try TestedPlugin(Ageless.self) }
        #expect(ageless?.message == "the version '1.0' is no semantic version such as 1.4.0")
        let none = #expect(throws: PluginFailure.self) { try TestedPlugin(factory: nil) }
        #expect(none?.code == .brokenContract)
    }

    @Test("may be written in another language")
    func isForeign() throws {
        let plugin = try TestedPlugin(factory: makeFactory(of: Ledger.self))
        #expect(try plugin.call("add", text: "5") == "5")
        let next = try plugin.reload(into: makeFactory(of: Ledger.self))
        #expect(try next.call("add", text: "1") == "6")
    }
}
