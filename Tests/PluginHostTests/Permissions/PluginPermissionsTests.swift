import RunnerSandbox
import Synchronization
import Testing

@testable import PluginHost

@Suite("The permissions of a plugin (RS-13)")
struct PluginPermissionsTests {
    private static let policy = PermissionPolicy([
        .init(plugins: "weather.*", grant: ["call:map.*", "fs.read:/srv/maps", "net.connect:443", "camera"]),
        .init(plugins: "weather.old", deny: ["net.connect:*", "events.emit"]),
        .init(plugins: "*", grant: ["state.shared"], deny: ["fs.read:/srv/maps/secret"]),
    ])

    private func permissions(of plugin: String, _ asked: String...) -> PluginPermissions {
        PluginPermissions(plugin: plugin, asked: asked, policy: Self.policy)
    }

    @Test("are what is harmless, where nothing is asked for")
    func harmless() throws {
        let permissions = PluginPermissions(plugin: "a", asked: [], policy: PermissionPolicy())
        #expect(
            permissions.decision
                == PermissionDecision(asked: [], granted: ["events.emit", "log", "schedule"], refused: [])
        )
        #expect(permissions.allows(.emitEvents))
        #expect(permissions.allows(.log))
        #expect(!permissions.allows(try Permission("state.shared")))
    }

    @Test("are what is asked for and granted, and nothing else")
    func asked() throws {
        let permissions = permissions(
            of: "weather.now",
            "call:map.tiles",
            "call:other",
            "state.shared",
            "camera",
            "log"
        )
        #expect(
            permissions.decision.granted == [
                "events.emit", "log", "schedule", "call:map.tiles", "state.shared", "camera",
            ]
        )
        #expect(permissions.decision.refused.map(\.permission) == ["call:other"])
        #expect(permissions.decision.refused.first?.reason == "is not granted by the host's policy")
        #expect(permissions.allows(try Permission("call:map.tiles")))
        #expect(!permissions.allows(try Permission("call:map.other")))
        #expect(
            permissions.refusal(of: try Permission("call:map.other")) == "is not asked for in the plugin's metadata"
        )
        // Another plugin gets nothing of it.
        #expect(self.permissions(of: "other", "call:map.tiles").decision.refused.count == 1)
    }

    @Test("that are asked for by a pattern are judged one by one")
    func patterns() throws {
        let permissions = permissions(of: "weather.now", "call:map.*", "call:*")
        #expect(permissions.decision.granted.contains("call:map.*"))
        #expect(permissions.decision.refused.map(\.permission) == ["call:*"])
        #expect(permissions.allows(try Permission("call:map.tiles")))
        #expect(!permissions.allows(try Permission("call:other")))
    }

    @Test("never include what is denied, be it harmless, granted elsewhere, or a part of what is asked for")
    func denied() throws {
        let permissions = permissions(
            of: "weather.old",
            "net.connect:443",
            "fs.read:/srv/maps",
            "fs.read:/srv/maps/open"
        )
        #expect(!permissions.allows(.emitEvents))
        #expect(permissions.decision.granted == ["log", "schedule", "fs.read:/srv/maps/open"])
        #expect(
            permissions.decision.refused.map(\.permission) == ["net.connect:443", "fs.read:/srv/maps", "events.emit"]
        )
        #expect(permissions.decision.refused.allSatisfy { $0.reason == "is denied by the host's policy" })
    }

    @Test("never include what is denied by way of what comes along, or of all that there is")
    func deniedParts() {
        let policy = PermissionPolicy([
            .init(
                plugins: "*",
                grant: ["fs.execute:/opt", "net.connect:*"],
                deny: ["fs.read:/opt/tools/secret", "net.connect:22"]
            )
        ])
        let asked = ["fs.execute:/opt/tools", "fs.execute:/opt/open", "net.connect:*", "net.connect:443"]
        let decision = PluginPermissions(plugin: "a", asked: asked, policy: policy).decision
        #expect(decision.refused.map(\.permission) == ["fs.execute:/opt/tools", "net.connect:*"])
        #expect(decision.granted.suffix(2) == ["fs.execute:/opt/open", "net.connect:443"])
    }

    @Test("that are no permissions are refused with the reason, once each")
    func malformed() {
        let permissions = permissions(of: "weather.now", "fs.read:srv", "LOG", "fs.read:srv")
        #expect(permissions.malformed.map(\.text) == ["fs.read:srv", "LOG"])
        #expect(permissions.decision.refused.count == 2)
        #expect(permissions.decision.refused.first?.reason.hasPrefix("is no permission: it names no absolute") == true)
    }

    private func sandboxRules(_ configuration: HostConfiguration, _ asked: String...) -> SandboxRules {
        configuration.sandboxRules(for: "weather", asking: asked, data: "/data", images: ["/images"])
    }

    @Test("become the rules of a sandbox")
    func sandbox() {
        var configuration = HostConfiguration(pluginDirectories: ["p"], stateDirectory: "s")
        configuration.permissions = PermissionPolicy([
            .init(
                plugins: "weather",
                grant: [
                    "fs.read:/srv/maps", "fs.write:/srv/out", "fs.execute:/usr/bin/git", "net.connect:443", "call:a",
                    "fs.read:/home/*", "net.bind:*",
                ],
                deny: ["fs.write:/srv/out/x"]
            )
        ])
        configuration.runnerLimits.memory = 1 << 30
        configuration.sandbox = .required
        let base = configuration.sandboxRules(for: nil, asking: [], data: nil, images: [])
        let rules = sandboxRules(
            configuration,
            "fs.read:/srv/maps/now",
            "fs.write:/srv/out",
            "fs.execute:/usr/bin/git",
            "net.connect:443",
            "net.bind:80",
            "fs.read:/home/x",
            "fs.read:/etc"
        )
        #expect(Set(rules.readable).subtracting(base.readable).contains("/srv/maps/now"))
        #expect(rules.readable.contains("/images") && rules.readable.contains("/data"))
        #expect(rules.writable == base.writable + ["/data"])
        #expect(rules.executable == base.executable + ["/usr/bin/git"])
        #expect(rules.connects == .only([443]) && rules.binds == .only([80]))
        #expect(rules.readable.contains("/home/x") && !rules.readable.contains("/etc"))
        // All ports are what is asked for, and granted; what is not asked for stays closed.
        #expect(sandboxRules(configuration, "net.bind:*", "net.connect:*").binds == .all)
        #expect(sandboxRules(configuration, "net.bind:*", "net.connect:*").connects == .none)
        #expect(sandboxRules(configuration).executable == base.executable)
        #expect(rules.requirement == .required)
        #expect(rules.limits.memory == 1 << 30)
        #expect(base.connects == .none)
    }

    @Test("are checked by a gate that says once what is missing")
    func gate() throws {
        let said = Mutex<[String]>([])
        let permissions = permissions(of: "weather.old", "call:other")
        let gate = PermissionGate(plugin: "weather.old", permissions: permissions) { text in
            said.withLock { $0.append(text) }
        }
        #expect(gate.allows(.log))
        for _ in 0..<3 { #expect(!gate.allows(.emitEvents)) }
        #expect(!gate.allows(try Permission("call:other")))
        #expect(!gate.wouldAllow(try Permission("state.shared")))
        let texts = said.withLock { $0 }
        #expect(texts.count == 2)
        #expect(
            texts.first
                == "weather.old: the permission 'events.emit' is denied by the host's policy; see 'permissions' in the "
                + "configuration and 'plugin-host info weather.old'"
        )
        for number in 0..<1000 { _ = gate.allows(try Permission("camera:\(number)")) }
        #expect(said.withLock { $0.count } <= 64)
    }
}
