import Foundation
import PluginHost
import Testing

/// What the configuration says of single plugins: whether they are loaded, and whether they are started.
@Suite("A plugin that is switched off", .limited, .timeLimit(.minutes(10)))
struct SwitchedOffTests {
    let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func expectOff(_ test: TestHost, because reason: String = "\"enabled\": false") async throws {
        let status = await test.host.status()
        #expect(status.host.totals.loaded == 0 && status.host.totals.failed == 0)
        #expect(status.plugins.first?.generation == 0)
        #expect(status.plugins.first?.attempts == 0)
        let error = await #expect(throws: PluginError.self) { try await test.call("value") }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("is not loaded, whatever happens to its file (PL-5)", arguments: [false, true])
    func disabled(isKnown: Bool) async throws {
        try workshop.install("id=a;version=1.0.0")
        if isKnown {
            try await TestHost.run(workshop.configuration { $0.probation = .zero }) { test async throws in
                #expect(try await test.call("increment") == "1")
            }
        }
        let off = workshop.configuration { $0.plugins["a"] = PluginSettings(isEnabled: false) }
        try await TestHost.run(off) { test async throws in
            try await expectOff(test)
            try workshop.install("id=a;version=1.1.0")
            #expect(try #require(await test.host.reload(["a"]).first).success == false)
            try await expectOff(test)
            try workshop.install(Data("no plugin".utf8), as: "liba.so")
            #expect(try #require(await test.host.reload(["a"]).first).success == false)
            try await expectOff(test, because: "liba.so")
        }
        try workshop.install("id=a;version=1.2.0")
        try await TestHost.run(workshop.configuration()) { test async throws in
            #expect(try await test.call("increment") == (isKnown ? "2" : "1"))
        }
    }

    @Test("keeps those from beginning that need it, until it is started (LM-1)", arguments: [false, true])
    func needed(isKnown: Bool) async throws {
        try workshop.install("id=base", as: "libbase.so")
        try workshop.install("id=top;deps=base", as: "libtop.so")
        if isKnown {
            try await TestHost.run(workshop.configuration()) { test async throws in
                #expect(try await test.call("increment", of: "top") == "1")
            }
        }
        let off = workshop.configuration { $0.plugins["base"] = PluginSettings(startsAutomatically: false) }
        try await TestHost.run(off) { test async throws in
            #expect(try await test.status("base").state == "initialised")
            let top = try #require(await test.host.status().plugins.first { $0.id != "base" })
            #expect(top.generation == 0)
            #expect(top.lastError?.contains("needs plugin 'base', which is not started") == true, "\(top)")
            #expect(top.quarantine == nil)
            #expect(try await test.host.startPlugin("base").success)
            try await test.until("it begins") {
                await test.host.status().plugins.contains { $0.id == "top" && $0.state == "running" }
            }
            #expect(try await test.call("value", of: "top") == (isKnown ? "1" : "0"))
            // One that runs goes on, also as another build.
            #expect(try await test.host.stopPlugin("base").success)
            let generation = try await test.status("top").generation
            try workshop.install("id=top;deps=base;tag=2", as: "libtop.so")
            try await test.until(generation: generation + 1, of: "top")
            #expect(try await test.status("top").state == "running")
        }
    }

    @Test("waits for a command if it is not to be started by itself (PL-5)")
    func autoStart() async throws {
        try workshop.install("id=a;version=1.0.0")
        let off = workshop.configuration { $0.plugins["a"] = PluginSettings(startsAutomatically: false) }
        try await TestHost.run(off) { test async throws in
            #expect(try await test.status().state == "initialised")
            #expect(await test.host.status().host.totals.loaded == 0)
            let error = await #expect(throws: PluginError.self) { try await test.call("increment") }
            #expect(error?.code == .busy)
            _ = try await test.host.startPlugin("a")
            #expect(try await test.call("increment") == "1")
            #expect(await test.host.status().host.totals.loaded == 1)
            _ = try await test.host.pausePlugin("a")
            #expect(await test.host.status().host.totals.loaded == 0)
        }
    }

    @Test(
        "leaves nothing of what it says and shares in a start that fails, and nothing at all if it never serves (HR-4)"
    )
    func neverServes() async throws {
        let fails = workshop.root + "/fails"
        func sets(_ step: String) -> String { "ask-\(step)=ph.shared-state/1 set {\"key\":\"\(step)\"}" }
        let build = "id=a;perms=state.shared;fail=start;emits=start;while=\(fails);\(sets("load"));\(sets("start"))"
        try workshop.install(build)
        let off = workshop.configuration {
            $0.plugins["a"] = PluginSettings(startsAutomatically: false)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        }
        try await TestHost.run(off) { test async throws in
            let values = test.host.sharedState
            #expect(values.keys() == ["load"])
            _ = FileManager.default.createFile(atPath: fails, contents: nil)
            #expect(try await test.host.startPlugin("a").code == "failed")
            #expect(values.keys() == ["load"])
            try workshop.remove("liba.so")
            try await test.until(.pluginRemoved)
            #expect(values.keys() == [])

            try workshop.install(build)
            try await test.until("it is there again") {
                await test.host.status().plugins.map(\.state) == ["initialised"]
            }
            #expect(try await test.host.startPlugin("a").code == "failed")
            try FileManager.default.removeItem(atPath: fails)
            #expect(try await test.host.startPlugin("a").success)
            #expect(values.keys() == ["load", "start"])
            #expect(try await test.host.stopPlugin("a").success)
            try await test.until("it is told") { test.events(.stateChanged).last?.new == "stopped" }
            #expect(test.events(.custom).isEmpty)
        }
    }

    @Test(
        "runs on over a reload, a rollback and a crash when a command has started it, though it does not start by itself",
        arguments: [Isolation.inProcess, .process]
    )
    func startedByCommand(isolation: Isolation) async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;tag=1;crash=execute;while=\(trap)")
        let off = workshop.isolated(isolation) { $0.plugins["a"] = PluginSettings(startsAutomatically: false) }
        try await TestHost.run(off) { test async throws in
            #expect(try await test.host.startPlugin("a").success)
            #expect(try await test.call("increment", "41") == "41")
            try workshop.install("id=a;tag=2")
            try await test.until(generation: 2)
            #expect(try await test.status().state == "running")
            #expect(try await test.call("increment") == "42")
            #expect(try await test.host.rollBack("a").success)
            #expect(try await test.call("increment", "9") == "50")
            if isolation == .process {
                _ = FileManager.default.createFile(atPath: trap, contents: nil)
                await #expect(throws: PluginError.self) { try await test.call("value") }
                try FileManager.default.removeItem(atPath: trap)
                try await test.until(.restarted)
                #expect(try await test.status().state == "running")
            }
            #expect(try await test.host.stopPlugin("a").success)
            try workshop.install("id=a;tag=3")
            try await test.until(generation: 4)
            #expect(try await test.status().state == "stopped")
        }
    }
}
