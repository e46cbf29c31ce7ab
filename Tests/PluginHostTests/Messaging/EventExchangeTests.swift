import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The exchange of events", .timeLimit(.minutes(10)))
struct EventExchangeTests {
    private static func handler(
        _ name: String,
        _ topics: [String] = ["#"],
        priority: Int = 50,
        deadline: Duration = .seconds(60),
        queue: Int = 1000,
        _ overflow: HandlerDeclaration.Overflow = .dropOldest
    ) -> HandlerDeclaration {
        HandlerDeclaration(
            name: name,
            topics: topics,
            priority: priority,
            deadline: deadline,
            queue: queue,
            overflow: overflow
        )
    }

    @Test("calls handlers by priority, then plugin, then name (RS-10)")
    func order() async throws {
        let caller = CallerDouble()
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        events.replace(.of(handlers: [Self.handler("z", priority: 60), Self.handler("y")]), of: "b")
        events.replace(.of(handlers: [Self.handler("x"), Self.handler("w")]), of: "a")
        let receipt = try events.publish("order.created", Array("1".utf8), source: "host")
        #expect(receipt.handlers == 4)
        try await until { caller.calls.count == 4 }
        #expect(caller.calls == ["b ph.event/z 1", "a ph.event/w 1", "a ph.event/x 1", "b ph.event/y 1"])
    }

    @Test("gives a handler the topic, the id, the source and the time in a line of JSON")
    func header() async throws {
        let inputs = Mutex<[[UInt8]]>([])
        let caller = CallerDouble { _, _, input in
            inputs.withLock { $0.append(input) }
            return []
        }
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        events.replace(.of(handlers: [Self.handler("h", ["a.*"])]), of: "p")
        let receipt = try events.publish("a.b", Array("{\n}".utf8), source: "shop")
        try await until { inputs.withLock { $0.count } == 1 }
        let input = inputs.withLock { $0[0] }
        let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        let fields: [String: String] = try JSONCoding.decode(from: Array(lines[0]))
        #expect(fields["topic"] == "a.b")
        #expect(fields["id"] == "\(receipt.id)")
        #expect(fields["source"] == "shop")
        #expect(fields["time"].flatMap(TimestampText.parse) != nil)
        #expect(Array(lines[1]) == Array("{\n}".utf8))
    }

    @Test("calls a handler once whose patterns fit twice, and none whose patterns don't fit")
    func patterns() async throws {
        let caller = CallerDouble()
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        events.replace(.of(handlers: [Self.handler("h", ["a.*", "a.#"]), Self.handler("i", ["b.#"])]), of: "p")
        let receipt = try events.publish("a.b", [], source: "host")
        #expect(receipt.handlers == 1)
        let elsewhere = try events.publish("c", [], source: "host")
        #expect(elsewhere.handlers == 0)
        try await until { caller.calls.count == 1 }
    }

    @Test("refuses a topic of nonsense, whether somebody listens or not (RS-10)")
    func nonsense() {
        let events = EventExchange(caller: CallerDouble()) { _, _ in }
        defer { events.stop() }
        #expect(throws: PluginError.self) { try events.publish("a..b", [], source: "host") }
        events.replace(.of(handlers: [Self.handler("h")]), of: "p")
        #expect(throws: PluginError.self) { try events.publish("no topic", [], source: "host") }
        #expect(events.conflict(.of(handlers: [Self.handler("h", ["#.a"])]), of: "p")?.contains("h") == true)
    }

    @Test("cuts a handler off that hangs, while others go on, and says so once (RS-10)")
    func hanging() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { _, method, _ in
            if method == "ph.event/hangs" { latch.wait() }
            return []
        }
        let complaints = Mutex<[String]>([])
        let events = EventExchange(caller: caller) { plugin, text in
            complaints.withLock { $0.append("\(plugin): \(text)") }
        }
        defer { events.stop() }
        // Long enough for a call that does not hang.
        let hanging = Self.handler("hangs", priority: 90, deadline: .seconds(3))
        events.replace(.of(handlers: [hanging, Self.handler("goes")]), of: "p")
        for _ in 0..<3 { try events.publish("a", [], source: "host") }
        try await until { events.statuses.last?.counts.handled == 3 }
        let status = try #require(events.statuses.first)
        #expect(status.isStuck)
        #expect(status.counts.timedOut == 1)
        #expect(status.counts.skipped == 2)
        try await until { complaints.withLock { !$0.isEmpty } }
        #expect(complaints.withLock { $0.count } == 1)
        #expect(complaints.withLock { $0[0].hasPrefix("p: the event handler hangs: it was cut off") })

        latch.open()
        try await until { events.statuses.first?.isStuck == false }
        try events.publish("a", [], source: "host")
        try await until { events.statuses.first?.counts.handled == 1 }
    }

    @Test("does not let its threads be used up by handlers that hang (RS-10)")
    func manyHanging() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { plugin, _, _ in
            if plugin != "good" { latch.wait() }
            return []
        }
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        for number in 0..<40 {
            let handler = Self.handler("h", ["bad"], deadline: .milliseconds(20))
            events.replace(.of(handlers: [handler]), of: "bad\(number)")
        }
        events.replace(.of(handlers: [Self.handler("h", ["good"])]), of: "good")
        try events.publish("bad", [], source: "host")
        try events.publish("good", [], source: "host")
        try await until { events.statuses.first { $0.plugin == "good" }?.counts.handled == 1 }
        try await until { events.statuses.filter(\.isStuck).count == 40 }
    }

    @Test("does not let its threads be used up by handlers that hang and go (RS-10)")
    func manyGone() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { plugin, _, _ in
            if plugin != "good" { latch.wait() }
            return []
        }
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        let plugins = (0..<16).map { "bad\($0)" }
        for plugin in plugins {
            events.replace(
                .of(handlers: [Self.handler("h", ["bad.\(plugin)"], deadline: .milliseconds(300))]),
                of: plugin
            )
            try events.publish("bad.\(plugin)", [], source: "host")
        }
        try await until { caller.calls.count == 16 }
        for plugin in plugins { events.replace(ComponentDeclaration(), of: plugin) }
        events.replace(.of(handlers: [Self.handler("h", ["good"])]), of: "good")
        try events.publish("good", [], source: "host")
        try await until { events.statuses.first?.counts.handled == 1 }
    }

    @Test("waits with a publisher for room, until its deadline, and drops then (RS-10)")
    func blocking() async throws {
        let latch = Latch()
        defer { latch.open() }
        let events = EventExchange(
            caller: CallerDouble { _, _, _ in
                latch.wait()
                return []
            }
        ) { _, _ in }
        defer { events.stop() }
        events.replace(.of(handlers: [Self.handler("h", queue: 1, .block)]), of: "p")
        try events.publish("a", [], source: "host")
        try await until { events.statuses.first?.waiting == 0 }
        try events.publish("a", [], source: "host")
        try events.publish("a", [], source: "host", until: .now.advanced(by: .milliseconds(20)))
        #expect(events.statuses.first?.counts.dropped == 1)

        let isThrough = Atomic(false)
        DetachedThread.start(name: "publisher") {
            _ = try? events.publish("a", [], source: "host", until: .now.advanced(by: .seconds(200)))
            isThrough.store(true, ordering: .releasing)
        }
        let isEarly = isThrough.load(ordering: .acquiring)
        #expect(!isEarly)
        latch.open()
        try await until { isThrough.load(ordering: .acquiring) }
        try await until { events.statuses.first?.counts.handled == 3 }
        #expect(events.statuses.first?.counts.dropped == 1)
    }

    @Test("keeps the order of publishing for each handler on many threads (RS-10)")
    func manyInOrder() async throws {
        let caller = CallerDouble()
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        for name in ["a", "b", "c"] { events.replace(.of(handlers: [Self.handler("h", queue: 5000)]), of: name) }
        let texts = (0..<1000).map { "\($0)" }
        for text in texts { try events.publish("t.\(text)", Array(text.utf8), source: "host") }
        try await until { caller.calls.count == 3000 }
        let calls = caller.calls
        for name in ["a", "b", "c"] {
            #expect(calls.filter { $0.hasPrefix(name) } == texts.map { "\(name) ph.event/h \($0)" })
        }
    }

    @Test("gives listeners the events of their patterns, and makes the host's own only for them (PL-7)")
    func listeners() async throws {
        let events = EventExchange(caller: CallerDouble()) { _, _ in }
        let made = Atomic(0)
        let data: () -> [UInt8] = {
            made.wrappingAdd(1, ordering: .relaxed)
            return [1]
        }
        events.publish("ph.plugin.loaded", data: data)
        var stream = try events.events(matching: ["ph.plugin.*", "ph.#"]).makeAsyncIterator()
        events.publish("ph.plugin.loaded", data: data)
        events.publish("other", data: data)
        var event = PluginEvent(.programStateChanged)
        event.program = "web"
        events.publish(event)
        let first = await stream.next()
        #expect(first?.topic == "ph.plugin.loaded")
        #expect(first?.data == [1])
        let second = await stream.next()
        #expect(second?.topic == "ph.program.state-changed")
        #expect(second.map { String(decoding: $0.data, as: UTF8.self).contains("web") } == true)
        let count = made.load(ordering: .relaxed)
        #expect(count == 1)
        events.stop()
        let last = await stream.next()
        #expect(last == nil)
        #expect(throws: PluginError.self) { try events.events(matching: ["a.#.b"]) }
    }

    @Test("lets a plugin publish, but not on the host's own topics")
    func service() async throws {
        let caller = CallerDouble()
        let events = EventExchange(caller: caller) { _, _ in }
        defer { events.stop() }
        events.replace(.of(handlers: [Self.handler("h")]), of: "p")
        let service = EventService(events: events)
        let answer = try service.serve(.of("publish", "a.b\nline\n2"))
        #expect(answer.isEmpty)
        try await until { caller.calls == ["p ph.event/h line\n2"] }
        #expect(throws: PluginError.self) { try service.serve(.of("publish", "ph.plugin.loaded\n")) }
        #expect(throws: PluginError.self) { try service.serve(.of("publish", "")) }
        #expect(throws: PluginError.self) { try service.serve(.of("subscribe", "a")) }
        // A build on trial is told the same, and nothing of that goes out.
        for topic in ["ph.plugin.loaded\n", "", "a..b\n"] {
            #expect(throws: PluginError.self) { try service.serve(.of("publish", topic, generation: 0)) }
        }
        let tried = try service.serve(.of("publish", "a.b\ntried", generation: 0))
        #expect(tried.isEmpty)
        _ = try service.serve(.of("publish", "a.b\nlast"))
        try await until { caller.calls == ["p ph.event/h line\n2", "p ph.event/h last"] }
    }
}

extension ServiceRequest {
    /// What a plugin named shop asks for.
    static func of(_ method: String, _ input: String, generation: UInt64 = 1) -> ServiceRequest {
        ServiceRequest(
            plugin: "shop",
            generation: generation,
            method: method,
            input: Array(input.utf8),
            deadline: .now.advanced(by: .seconds(60)),
            chain: .empty,
            permits: { _ in true }
        )
    }
}
