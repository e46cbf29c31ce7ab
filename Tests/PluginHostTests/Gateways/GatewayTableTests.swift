import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The table of gateways")
struct GatewayTableTests {
    private static func gateway(
        _ name: String,
        _ platform: String = "chat",
        account: String = "",
        scope: String = "",
        receives: Bool = true,
        sends: Bool = true
    ) -> GatewayDeclaration {
        GatewayDeclaration(
            name: name,
            platform: platform,
            account: account,
            scope: scope,
            receives: receives,
            sends: sends
        )
    }

    /// A table with gateways of one plugin, whose generation 1 serves.
    private static func table(_ gateways: GatewayDeclaration..., limits: MessageLimits = .init()) -> GatewayTable {
        let table = GatewayTable(limits: limits) { _ in 1 }
        table.replace(.of(gateways: gateways), of: "p")
        return table
    }

    private static func message(_ gateway: String, id: String? = nil) -> GatewayMessage {
        GatewayMessage("hello", gateway: gateway, id: id)
    }

    @Test("accepts messages only from a declared, receiving, ready gateway of the plugin (RS-11)")
    func accepts() throws {
        let table = Self.table(Self.gateway("in"), Self.gateway("out", receives: false))
        #expect(throws: PluginError.self) { try table.accept(Self.message("in"), from: "p", generation: 1) }
        try table.say(GatewayRoute(), "in", of: "p", generation: 1)
        try table.say(GatewayRoute(), "out", of: "p", generation: 1)
        #expect(try table.accept(Self.message("in"), from: "p", generation: 1).accepted)
        #expect(throws: PluginError.self) { try table.accept(Self.message("out"), from: "p", generation: 1) }
        #expect(throws: PluginError.self) { try table.accept(Self.message("none"), from: "p", generation: 1) }
        #expect(throws: PluginError.self) { try table.accept(Self.message("in"), from: "other", generation: 1) }
        #expect(throws: PluginError.self) { try table.say(GatewayRoute(), "in", of: "other", generation: 1) }
        #expect(throws: PluginError.self) { try table.say(GatewayRoute(), "none", of: "p", generation: 1) }
        try table.say(nil, "in", of: "p", generation: 1)
        #expect(throws: PluginError.self) { try table.accept(Self.message("in"), from: "p", generation: 1) }
        let counts = try #require(table.statuses.first?.counts)
        #expect(counts.received == 1)
        #expect(counts.refused == 2)
    }

    @Test("resolves each part of a route from message, metadata, state and declaration, in this order (RS-11)")
    func resolves() throws {
        let table = Self.table(Self.gateway("g", "declared", account: "declared", scope: "declared"))
        try table.say(GatewayRoute(account: "state", scope: "state"), "g", of: "p", generation: 1)
        var message = Self.message("g")
        let bare = try table.accept(message, from: "p", generation: 1)
        #expect(bare.route == GatewayRoute(platform: "declared", account: "state", scope: "state"))
        message.metadata = ["scope": .string("metadata"), "account": .string(""), "other": .integer(1)]
        let described = try table.accept(message, from: "p", generation: 1)
        #expect(described.route == GatewayRoute(platform: "declared", account: "state", scope: "metadata"))
        message.route = GatewayRoute(scope: "message")
        let addressed = try table.accept(message, from: "p", generation: 1)
        #expect(addressed.route == GatewayRoute(platform: "declared", account: "state", scope: "message"))
    }

    @Test("drops doubles by their id, and remembers so many for so long only (RS-11)")
    func doubles() throws {
        var limits = MessageLimits()
        limits.rememberedKeys = 2
        limits.rememberedFor = .seconds(10)
        let table = Self.table(Self.gateway("g"), limits: limits)
        try table.say(GatewayRoute(), "g", of: "p", generation: 1)
        let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        func accepts(_ id: String?, after seconds: Int) throws -> Bool {
            let now = start.advanced(by: .seconds(seconds))
            return try table.accept(Self.message("g", id: id), from: "p", generation: 1, now: now).accepted
        }
        #expect(try accepts("a", after: 0))
        #expect(try !accepts("a", after: 1))
        #expect(try accepts(nil, after: 1))
        #expect(try accepts(nil, after: 1))
        #expect(try accepts("a", after: 11), "its time is over")
        #expect(try accepts("b", after: 12))
        #expect(try accepts("c", after: 12))
        #expect(try accepts("a", after: 13), "two others came since")
        #expect(table.statuses.first?.counts.doubles == 1)
        #expect(throws: PluginError.self) { try accepts(String(repeating: "x", count: 513), after: 13) }
    }

    @Test("limits a gateway that floods, and counts what it refuses (RS-11)")
    func flood() throws {
        var limits = MessageLimits()
        (limits.perSecond, limits.burst) = (10, 20)
        let table = Self.table(Self.gateway("g"), Self.gateway("calm"), limits: limits)
        try table.say(GatewayRoute(), "g", of: "p", generation: 1)
        try table.say(GatewayRoute(), "calm", of: "p", generation: 1)
        let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        func flood(_ count: Int, at now: MonotonicInstant) -> Int {
            (0..<count).count { _ in
                (try? table.accept(Self.message("g"), from: "p", generation: 1, now: now)) != nil
            }
        }
        #expect(flood(1000, at: start) == 20)
        #expect(flood(1000, at: start.advanced(by: .seconds(1))) == 10)
        let refusal = #expect(throws: PluginError.self) {
            try table.accept(Self.message("g"), from: "p", generation: 1, now: start.advanced(by: .seconds(1)))
        }
        #expect(refusal?.code == .busy)
        #expect(try table.accept(Self.message("calm"), from: "p", generation: 1, now: start).accepted)
        let counts = table.statuses.first { $0.name == "g" }?.counts
        #expect(counts?.received == 30)
        #expect(counts?.limited == 1971)
    }

    @Test("keeps the word of a generation until the next one has spoken, and forgets it with the plugin (RS-11)")
    func generations() throws {
        let live = Atomic<UInt64>(0)
        let table = GatewayTable { _ in live.load(ordering: .relaxed) }
        // A generation that starts says so before its components are there.
        try table.say(GatewayRoute(account: "one"), "g", of: "p", generation: 1)
        table.replace(.of(gateways: [Self.gateway("g")]), of: "p")
        live.store(1, ordering: .relaxed)
        #expect(table.statuses.first?.route.account == "one")

        // A new generation that does not serve yet changes nothing for the old one, nor does its failure.
        try table.say(GatewayRoute(account: "two"), "g", of: "p", generation: 2)
        #expect(table.statuses.first?.route.account == "one")
        try table.say(nil, "g", of: "p", generation: 2)
        #expect(table.statuses.first?.isReady == true)

        try table.say(GatewayRoute(account: "two"), "g", of: "p", generation: 2)
        live.store(2, ordering: .relaxed)
        #expect(table.statuses.first?.route.account == "two")
        // The old one ends after the switch, and says so.
        try table.say(nil, "g", of: "p", generation: 1)
        #expect(table.statuses.first?.isReady == true)

        live.store(3, ordering: .relaxed)
        #expect(table.statuses.first?.isReady == true, "the third has not said anything yet")
        try table.say(nil, "g", of: "p", generation: 3)
        #expect(table.statuses.first?.isReady == false)
        try table.say(GatewayRoute(), "g", of: "p", generation: 3)
        table.forget("p", upTo: 3)
        #expect(table.statuses.first?.isReady == false, "its process has crashed")
        try table.say(GatewayRoute(), "g", of: "p", generation: 3)
        table.replace(ComponentDeclaration(), of: "p")
        table.replace(.of(gateways: [Self.gateway("g")]), of: "p")
        #expect(table.statuses.first?.isReady == false)
    }

    @Test("sends by the gateway that is named, or by the one whose route says most (RS-11)")
    func ways() throws {
        let table = Self.table(
            Self.gateway("all"),
            Self.gateway("mine", account: "me"),
            Self.gateway("room", account: "me", scope: "room"),
            Self.gateway("deaf", "other", receives: false),
            Self.gateway("mute", "other", sends: false)
        )
        for name in ["all", "mine", "room", "mute"] { try table.say(GatewayRoute(), name, of: "p", generation: 1) }
        func way(_ route: GatewayRoute, _ gateway: String? = nil) throws -> String {
            try table.way(for: GatewayMessage("x", gateway: gateway, route: route)).name
        }
        #expect(try way(GatewayRoute(platform: "chat")) == "all")
        #expect(try way(GatewayRoute(platform: "chat", account: "you")) == "all")
        #expect(try way(GatewayRoute(platform: "chat", account: "me")) == "mine")
        #expect(try way(GatewayRoute(platform: "chat", account: "me", scope: "room")) == "room")
        #expect(try way(GatewayRoute(), "mine") == "mine")
        let error1 = #expect(throws: PluginError.self) { try way(GatewayRoute(), "mute") }
        #expect(error1?.code == .unsupported)
        let error2 = #expect(throws: PluginError.self) { try way(GatewayRoute(), "deaf") }
        #expect(error2?.code == .busy)
        let error3 = #expect(throws: PluginError.self) { try way(GatewayRoute(), "none") }
        #expect(error3?.code == .notFound)
        let error4 = #expect(throws: PluginError.self) { try way(GatewayRoute()) }
        #expect(error4?.code == .badPayload)
        let notReady = #expect(throws: PluginError.self) { try way(GatewayRoute(platform: "other")) }
        #expect(notReady?.message.contains("deaf") == true)
        var message = GatewayMessage("x")
        message.metadata = ["platform": .string("chat"), "account": .string("me")]
        #expect(try table.way(for: message).name == "mine")
    }

    @Test("does not choose between two gateways that send equally well")
    func equal() throws {
        let table = Self.table(Self.gateway("a"), Self.gateway("b"))
        for name in ["a", "b"] { try table.say(GatewayRoute(), name, of: "p", generation: 1) }
        let error = #expect(throws: PluginError.self) {
            try table.way(for: GatewayMessage("x", route: GatewayRoute(platform: "chat")))
        }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("a of p and b of p") == true)
    }

    @Test("refuses a name that is taken, with both owners named (RS-11)")
    func conflict() {
        let table = Self.table(Self.gateway("g"))
        let reason = table.conflict(.of(gateways: [Self.gateway("g")]), of: "other")
        #expect(reason == "the gateway g of other is taken: p has one of that name")
        #expect(table.conflict(.of(gateways: [Self.gateway("g")]), of: "p") == nil)
        #expect(table.conflict(.of(gateways: [Self.gateway("a.b")]), of: "p") != nil)
    }
}
