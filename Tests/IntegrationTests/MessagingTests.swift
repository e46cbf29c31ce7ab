import Foundation
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("What plugins contribute to messaging", .limited, .timeLimit(.minutes(10)))
struct MessagingTests {
    /// Runs a test with plugins in this process, or in a runner.
    private static func run(
        isolated: Bool,
        products: [String] = ["Contributor"],
        change: @escaping (inout HostConfiguration) -> Void = { _ in },
        _ body: (TestHost, Workshop) async throws -> Void
    ) async throws {
        let shop = try Workshop()
        for product in products { try shop.install(try Workshop.product(product), as: "lib\(product).so") }
        let grant: (inout HostConfiguration) -> Void = { configuration in
            configuration.permissions = PermissionPolicy([
                .init(plugins: "*", grant: ["gateways", "hooks.run", "actions.run", "state.shared"])
            ])
            change(&configuration)
        }
        let configuration = isolated ? shop.isolated(.process, grant) : shop.configuration(grant)
        try await TestHost.run(configuration) { test async throws in try await body(test, shop) }
    }

    private static func seen(_ test: TestHost) async throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data(try await test.call("seen", of: "contributor").utf8))
    }

    @Test("is events, taken by handlers in Swift, in process and isolated (RS-10)", arguments: [false, true])
    func events(isolated: Bool) async throws {
        try await Self.run(isolated: isolated) { test, _ in
            let receipt = try test.host.publish("order.created", Array("1".utf8))
            #expect(receipt.handlers == 1)
            try test.host.publish("user.created", Array("2".utf8))
            try test.host.publish("order.paid", Array("throw".utf8))
            // What the host itself says is nobody else's to say.
            let refused = #expect(throws: PluginError.self) { try test.host.publish("ph.plugin.loaded") }
            #expect(refused?.code == .unauthorised)
            try test.host.publish("audit.a.b", Array("3".utf8))
            try await test.until("three events") { try await Self.seen(test).count == 3 }
            #expect(try await Self.seen(test) == ["order.created=1", "order.paid=throw", "audit.a.b=3"])
            let status = try #require(test.host.eventHandlers().first)
            #expect(status.plugin == "contributor" && status.name == "watch")
            try await test.until("the counts") { test.host.eventHandlers().first?.counts.handled == 2 }
            #expect(test.host.eventHandlers().first?.counts.failed == 1)
            #expect(test.log.contains { $0.name == "contributor" && $0.message.contains("it was asked to") })
        }
    }

    @Test("is events, counted by a plugin in C, in process and isolated (RS-10, RS-12)", arguments: [false, true])
    func tally(isolated: Bool) async throws {
        try await Self.run(isolated: isolated, products: ["EventTally"]) { test, _ in
            for number in 0..<5 { try test.host.publish("order.n\(number)") }
            try await test.until("the count") {
                try await test.host.act("event_tally").text.hasSuffix("the last one on order.n4")
            }
            #expect(test.host.eventHandlers().map(\.name) == ["count"])
            // It counts before it answers.
            try await test.until("the answers") { test.host.eventHandlers().allSatisfy { $0.counts.handled >= 5 } }
        }
    }

    @Test("is the host's own events as topics, for plugins and embedders (PL-7)")
    func hostEvents() async throws {
        try await Self.run(isolated: false) { test, shop in
            var events = try test.host.events(matching: "ph.plugin.reload-completed", "ph.plugin.custom")
                .makeAsyncIterator()
            try shop.install(try Workshop.product("Contributor", build: 2), as: "libContributor.so")
            let event = try #require(await events.next())
            #expect(event.topic == "ph.plugin.reload-completed")
            #expect(event.source == "host")
            #expect(String(decoding: event.data, as: UTF8.self).contains(#""plugin":"contributor""#))
        }
    }

    @Test("is changes of what plugins share as topics, for a plugin's handler (PL-6)", arguments: [false, true])
    func sharedState(isolated: Bool) async throws {
        try await Self.run(isolated: isolated, products: ["EventTally", "Contributor"]) { test, _ in
            _ = try await test.call("share", "shop/prices:eur secret", of: "contributor")
            try await test.until("the handler's turn") {
                try await test.host.act("event_tally").text.hasSuffix("the last one on ph.state.shop.prices.eur")
            }
            var changes = try test.host.events(matching: "ph.state.#").makeAsyncIterator()
            _ = try await test.call("drop", "shop/prices:eur", of: "contributor")
            let event = try #require(await changes.next())
            let data = String(decoding: event.data, as: UTF8.self)
            #expect(event.topic == "ph.state.shop.prices.eur" && !data.contains("secret"))
            #expect(data.contains(#""key":"shop\/prices:eur""#) || data.contains(#""key":"shop/prices:eur""#))
        }
    }

    @Test("is events published by a plugin, by its permission (RS-10, RS-13)", arguments: [false, true])
    func published(isolated: Bool) async throws {
        try await Self.run(isolated: isolated) { test, _ in
            _ = try await test.call("ask", "ph.events/1 publish\norder.new\nfrom a plugin", of: "contributor")
            try await test.until("the event") { try await Self.seen(test) == ["order.new=from a plugin"] }
            let refusal = await #expect(throws: PluginError.self) {
                _ = try await test.call("ask", "ph.events/1 publish\nph.plugin.loaded\n", of: "contributor")
            }
            #expect(refusal?.message.contains("the host's own") == true)
        }
    }

    @Test("is asked for in the words of the SDK (PL-6)", arguments: [false, true])
    func inWords(isolated: Bool) async throws {
        try await Self.run(isolated: isolated) { test, _ in
            let answer = try await test.call("use", "word", of: "contributor")
            #expect(answer == #"["word"] true [true, false]"#)
            try await test.until("the event") { try await Self.seen(test) == [#"audit.use=["word"]"#] }
            let own = try #require(test.host.task("contributor/own"))
            #expect(own.schedule.contains("0 4 * * *") && own.state == .stopped)
            #expect(test.host.task("contributor/gone") == nil)
            #expect(test.host.gateways().map(\.isReady) == [false])
            let part = await test.host.heartbeat().components.first { $0.name == "plugin/contributor" }
            #expect(part?.errors.last?.message == "it is not well")
            let missing = await #expect(throws: PluginError.self) {
                try await test.call("ask", "ph.actions/1 nothing\n", of: "contributor")
            }
            #expect(missing?.code == .notFound)
        }
    }

    @Test("loses no event while a plugin reloads, and keeps their order (RS-10, HR-4)", arguments: [false, true])
    func reload(isolated: Bool) async throws {
        try await Self.run(isolated: isolated) { test, shop in
            for generation in 1...3 {
                for number in 0..<100 { try test.host.publish("order.n\(generation)x\(number)") }
                try shop.install(
                    try Workshop.product("Contributor", build: generation),
                    as: "libContributor.so"
                )
                for number in 100..<200 { try test.host.publish("order.n\(generation)x\(number)") }
                try await test.until(generation: UInt64(generation) + 1, of: "contributor")
            }
            try await test.until("all events") { test.host.eventHandlers().first?.counts.handled == 600 }
            let status = try #require(test.host.eventHandlers().first)
            #expect(status.counts.failed + status.counts.timedOut + status.counts.dropped + status.counts.skipped == 0)
        }
    }

    @Test("is hooks, which change what is handed along them (RS-10)", arguments: [false, true])
    func hooks(isolated: Bool) async throws {
        try await Self.run(isolated: isolated) { test, _ in
            let result = try await test.host.runHooks("count", .integer(21))
            #expect(result.value == .integer(42))
            #expect(result.changedBy == ["contributor/double"])
            let same = try await test.host.runHooks("count", .integer(-1))
            #expect(same.changedBy.isEmpty && same.failures.isEmpty)
            let wrong = try await test.host.runHooks("count", .string("x"))
            #expect(wrong.value == .string("x"))
            #expect(wrong.failures.map(\.hook) == ["contributor/double"])
        }
    }

    @Test("is actions, with arguments that were checked (RS-12)", arguments: [false, true])
    func actions(isolated: Bool) async throws {
        try await Self.run(isolated: isolated, products: ["Contributor", "Notes"]) { test, shop in
            let result = try await test.host.act("x_echo", .object(["text": .string("hi")]))
            #expect(result.success && result.text == "hi")
            let failure = try await test.host.act("x_fail")
            #expect(!failure.success && failure.text == "it is not to be")
            let error = await #expect(throws: PluginError.self) {
                try await test.host.act("x_echo", .object(["text": .integer(1)]))
            }
            #expect(error?.message == "x_echo: text has to be a text, not the number 1")
            #expect(test.host.activeActions(for: "fail").contains { $0.name == "x_fail" })
            #expect(!test.host.activeActions(for: "hello").contains { $0.name == "x_fail" })

            let added = try await test.host.act("add_note", .object(["text": .string("milk")]))
            #expect(added.success)
            try shop.install(try Workshop.product("Notes", build: 2), as: "libNotes.so")
            try await test.until(generation: 2, of: "notes")
            #expect(try await test.host.act("list_notes").text == "1. milk")
            let removed = try await test.host.act("remove_note", .object(["number": .integer(2)]))
            #expect(!removed.success)

            try shop.remove("libNotes.so")
            try await test.until("the actions are gone") { !test.host.actions().contains { $0.plugin == "notes" } }
        }
    }

    @Test("is gateways, which are ready by their own word (RS-11)", arguments: [false, true])
    func gateways(isolated: Bool) async throws {
        try await Self.run(isolated: isolated) { test, _ in
            var events = try test.host.events(matching: "ph.message.#").makeAsyncIterator()
            let message = GatewayMessage("hello", gateway: "x-gate", conversation: "c")
            await #expect(throws: PluginError.self) { try await test.host.send(message) }
            _ = try await test.call("ask", "ph.gateways/1 ready\nx-gate", of: "contributor")
            #expect(test.host.gateways().map(\.isReady) == [true])
            #expect(try await test.host.send(message) == sendReceipt("x-gate", id: "7"))
            #expect(try await Self.seen(test).first?.contains(#""text":"hello""#) == true)
            #expect(await events.next()?.topic == "ph.message.sent.x-gate")

            let inbound = #"ph.gateways/1 receive"# + "\n" + #"{"gateway":"x-gate","id":"1","text":"in"}"#
            _ = try await test.call("ask", inbound, of: "contributor")
            let event = try #require(await events.next())
            #expect(event.topic == "ph.message.received.x-gate")
            let received = try JSONDecoder().decode(GatewayMessage.self, from: Data(event.data))
            #expect(received.route == GatewayRoute(platform: "test", account: "a"))
            let double = try await test.call("ask", inbound, of: "contributor")
            #expect(double.contains("double"))
        }
    }

    private func sendReceipt(_ gateway: String, id: String) -> SendReceipt? {
        try? JSONDecoder().decode(SendReceipt.self, from: Data(#"{"gateway":"\#(gateway)","id":"\#(id)"}"#.utf8))
    }

    @Test("takes a gateway's readiness away with its plugin's process (RS-11, RS-7)")
    func crash() async throws {
        let declaration: JSONValue = .object([
            "gateways": .array([.object(["name": .string("gate"), "platform": .string("test")])])
        ])
        let shop = try Workshop()
        let mark = shop.root + "/mark"
        try shop.install("id=a;perms=gateways;crash=execute;while=\(mark)")
        let configuration = shop.isolated {
            $0.permissions = PermissionPolicy([.init(plugins: "a", grant: ["gateways"])])
            $0.plugins["a"] = PluginSettings(settings: .object(["components": declaration]))
        }
        try await TestHost.run(configuration) { test async throws in
            var events = try test.host.events(matching: "ph.gateway.#").makeAsyncIterator()
            _ = try await test.call("ask", "ph.gateways/1 ready\ngate")
            #expect(test.host.gateways().map(\.isReady) == [true])
            #expect(await events.next()?.topic == "ph.gateway.ready.gate")
            try Workshop.write(Data(), to: mark)
            await #expect(throws: PluginError.self) { try await test.call("value") }
            try FileManager.default.removeItem(atPath: mark)
            try await test.until(.restarted)
            try await test.until("it is there again") { test.host.gateways().map(\.name) == ["gate"] }
            #expect(test.host.gateways().map(\.isReady) == [false])
            #expect(await events.next()?.topic == "ph.gateway.not-ready.gate")
        }
    }

    @Test("refuses a plugin whose action has the name of another's, with both named (RS-9, RS-12)")
    func conflict() async throws {
        try await Self.run(isolated: false, products: ["Notes"]) { test, shop in
            try shop.install("id=other;actions=add_note", as: "libother.so")
            try await test.until(.reloadFailed)
            let error = try #require(test.events(.reloadFailed).first?.error)
            #expect(error.contains("add_note") && error.contains("notes") && error.contains("other"))
            #expect(test.host.actions().filter { $0.name == "add_note" }.map(\.plugin) == ["notes"])
        }
    }
}
