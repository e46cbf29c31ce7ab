import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The router of messages", .timeLimit(.minutes(10)))
struct MessageRouterTests {
    private struct Bench {
        let events: EventExchange
        let router: MessageRouter
        let service: GatewayService

        init(_ caller: CallerDouble, live: @escaping GatewayTable.LiveGeneration = { _ in 1 }) {
            events = EventExchange(caller: caller) { _, _ in }
            let gateways = GatewayTable(liveGeneration: live)
            router = MessageRouter(gateways: gateways, events: events, caller: caller) { _, _ in }
            service = GatewayService(messages: router)
            reload()
        }

        /// Has another generation serve the gateway.
        func reload() {
            let gateway = GatewayDeclaration(name: "lines", platform: "socket")
            router.gateways.replace(.of(gateways: [gateway]), of: "shop")
        }

        func stop() {
            events.stop()
            router.stop()
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("publishes what comes in, with its route (RS-11)")
    func inbound() async throws {
        let caller = CallerDouble()
        let bench = Bench(caller)
        defer { bench.stop() }
        var stream = try bench.events.events(matching: ["ph.message.#", "ph.gateway.#"]).makeAsyncIterator()
        #expect(throws: PluginError.self) {
            try bench.service.serve(.of("receive", #"{"gateway":"lines","text":"a"}"#))
        }
        // A build on trial is told the same, and nothing of that stays.
        _ = try bench.service.serve(.of("ready", "lines", generation: 0))
        #expect(bench.router.gateways.statuses.map(\.isReady) == [false])
        _ = try bench.service.serve(.of("ready", #"{"gateway":"lines","account":"me"}"#))
        let input = #"{"gateway":"lines","id":"1","conversation":"c","text":"hello"}"#
        let answer = try bench.service.serve(.of("receive", input))
        #expect(Self.text(answer).contains(#""accepted":true"#))
        let tried = #"{"gateway":"lines","id":"2","text":"hello"}"#
        #expect(Self.text(try bench.service.serve(.of("receive", tried, generation: 0))).contains("true"))
        let sent = Self.text(try bench.service.serve(.of("send", tried, generation: 0)))
        #expect(sent == #"{"gateway":"lines"}"# && caller.calls.isEmpty)
        #expect(throws: PluginError.self) {
            try bench.service.serve(.of("send", #"{"gateway":"none","text":"a"}"#, generation: 0))
        }
        let counts = bench.router.gateways.statuses.first?.counts
        #expect(counts?.received == 1 && counts?.sent == 0)
        let double = try bench.service.serve(.of("receive", input))
        #expect(Self.text(double) == #"{"accepted":false,"reason":"double"}"#)

        #expect(await stream.next()?.topic == "ph.gateway.ready.lines")
        let event = try #require(await stream.next())
        #expect(event.topic == "ph.message.received.lines")
        let message: GatewayMessage = try JSONCoding.decode(from: event.data)
        #expect(message.text == "hello")
        #expect(message.route == GatewayRoute(platform: "socket", account: "me"))
        _ = try bench.service.serve(.of("not-ready", "lines"))
        #expect(await stream.next()?.topic == "ph.gateway.not-ready.lines")
    }

    @Test("tells of readiness when it has changed, and not what a generation says that does not count (RS-11)")
    func readiness() async throws {
        let live = Atomic<UInt64>(1)
        let bench = Bench(CallerDouble()) { _ in live.load(ordering: .relaxed) }
        defer { bench.stop() }
        var stream = try bench.events.events(matching: ["ph.gateway.#"]).makeAsyncIterator()
        _ = try bench.service.serve(.of("ready", "lines"))
        #expect(await stream.next()?.topic == "ph.gateway.ready.lines")
        // A reload: the new generation says so in its start, and the old one takes it back in its stop.
        _ = try bench.service.serve(.of("ready", "lines", generation: 2))
        live.store(2, ordering: .relaxed)
        _ = try bench.service.serve(.of("not-ready", "lines"))
        bench.events.publish("ph.gateway.mark") { [] }
        #expect(await stream.next()?.topic == "ph.gateway.mark")
        bench.router.forget("shop", upTo: 2)
        #expect(await stream.next()?.topic == "ph.gateway.not-ready.lines")
    }

    @Test("hands what goes out to the gateway, and tells what the platform calls it (RS-11)")
    func outbound() async throws {
        let caller = CallerDouble { _, _, _ in Array(#"{"id":"m7"}"#.utf8) }
        let bench = Bench(caller)
        defer { bench.stop() }
        _ = try bench.service.serve(.of("ready", "lines"))
        let message = GatewayMessage("hi", route: GatewayRoute(platform: "socket"), conversation: "c")
        let receipt = try bench.router.send(message)
        #expect(receipt == SendReceipt(gateway: "lines", id: "m7"))
        #expect(
            caller.calls == [
                #"shop ph.send/lines {"conversation":"c","gateway":"lines","route":{"platform":"socket"},"text":"hi"}"#
            ]
        )
        #expect(bench.router.gateways.statuses.first?.counts.sent == 1)
    }

    @Test("counts what the gateway could not send, and says why")
    func failure() throws {
        let bench = Bench(
            CallerDouble { (_, _, _) throws(PluginError) in throw PluginError(code: .failed, message: "no such room") }
        )
        defer { bench.stop() }
        _ = try bench.service.serve(.of("ready", "lines"))
        let error = #expect(throws: PluginError.self) {
            try bench.service.serve(.of("send", #"{"gateway":"lines","text":"a"}"#))
        }
        #expect(error?.message == "no such room")
        #expect(bench.router.gateways.statuses.first?.counts.failed == 1)
    }

    @Test("gives a gateway no more threads that hangs, until another generation serves (RS-11)")
    func hanging() async throws {
        let latch = Latch()
        defer { latch.open() }
        let isMended = Atomic(false)
        let caller = CallerDouble { _, _, _ in
            if !isMended.load(ordering: .acquiring) { latch.wait() }
            return []
        }
        let bench = Bench(caller)
        defer { bench.stop() }
        _ = try bench.service.serve(.of("ready", "lines"))
        let message = GatewayMessage("hi", gateway: "lines")
        var codes: [PluginError.Code?] = []
        for _ in 0..<6 {
            let error = await #expect(throws: PluginError.self) {
                // Long enough for a thread to begin with it.
                try await OnWorker { try bench.router.send(message, until: .now.advanced(by: .seconds(2))) }.value
            }
            codes.append(error?.code)
        }
        #expect(codes == [.timedOut, .timedOut, .timedOut, .timedOut, .busy, .busy])
        #expect(caller.calls.count == 4)
        isMended.store(true, ordering: .releasing)
        bench.reload()
        let receipt = try bench.router.send(message)
        #expect(receipt.gateway == "lines")
    }

    @Test(
        "refuses what is no message and no request",
        arguments: [
            ("receive", "{}"), ("receive", "7"), ("send", #"{"text":7}"#), ("ready", ""), ("ready", "{}"), ("fly", ""),
        ]
    )
    func nonsense(method: String, input: String) {
        let bench = Bench(CallerDouble())
        defer { bench.stop() }
        #expect(throws: PluginError.self) { try bench.service.serve(.of(method, input)) }
    }
}
