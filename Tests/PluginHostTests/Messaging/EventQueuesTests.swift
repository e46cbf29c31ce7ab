import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("The queues of events")
struct EventQueuesTests {
    /// The queues with some handlers, driven by hand.
    final class Bench {
        var queues = EventQueues()
        var now = MonotonicInstant(nanoseconds: 1_000_000_000)

        init(_ handlers: HandlerDeclaration..., plugin: String = "p") {
            queues.replace(handlers, of: plugin, by: CallerDouble())
        }

        func route(_ names: String...) -> EventQueues.Route {
            let lanes = names.compactMap { name in queues.handlers.first { $0.handler.key.name == name }?.lane }
            return EventQueues.Route(lanes)
        }

        func publish(_ text: String, _ route: EventQueues.Route) {
            queues.publish(route, input: Array("h\n\(text)".utf8), headerSize: 2)
        }

        func next() -> EventQueues.Step? { queues.next(now: now) }

        func take() throws -> EventQueues.Step {
            let step = next()
            return try #require(step)
        }

        func finish(_ step: EventQueues.Step, _ outcome: EventOutcome = .goesOn) -> Bool {
            queues.finish(step.lane, step.token, outcome)
        }

        /// Makes all calls that are due, and tells them.
        func run(_ outcome: (String) -> EventOutcome = { _ in .goesOn }) -> [String] {
            var calls: [String] = []
            while let step = next() {
                calls.append("\(step.handler.key.name) \(String(decoding: step.input.dropFirst(2), as: UTF8.self))")
                _ = finish(step, outcome(step.handler.key.name))
            }
            return calls
        }

        func counts(_ name: String) -> EventHandlerStatus.Counts {
            queues.statuses.first { $0.name == name }?.counts ?? .init()
        }
    }

    private static func handler(
        _ name: String,
        queue: Int = 10,
        _ overflow: HandlerDeclaration.Overflow = .dropOldest
    ) -> HandlerDeclaration {
        HandlerDeclaration(name: name, topics: ["#"], queue: queue, overflow: overflow)
    }

    @Test("let an event go from handler to handler (RS-10)")
    func chain() {
        let bench = Bench(Self.handler("a"), Self.handler("b"), Self.handler("c"))
        bench.publish("1", bench.route("a", "b", "c"))
        #expect(bench.run() == ["a 1", "b 1", "c 1"])
        #expect(!bench.queues.hasWork)
        #expect(bench.counts("c").handled == 1)
    }

    @Test("let a handler change the data for the next, and stop the event (RS-10)")
    func outcomes() {
        let bench = Bench(Self.handler("a"), Self.handler("b"), Self.handler("c"))
        bench.publish("1", bench.route("a", "b", "c"))
        let calls = bench.run { name in
            switch name {
            case "a": .changes(Array("2".utf8))
            default: .stops
            }
        }
        #expect(calls == ["a 1", "b 2"])
        #expect(bench.counts("a").changed == 1)
        #expect(bench.counts("b").stopped == 1)
        #expect(bench.counts("c").handled == 0)
        bench.publish("3", bench.route("a", "b", "c"))
        #expect(bench.run() == ["a 3", "b 3", "c 3"])
    }

    @Test("skip a handler that fails, with the event as it was, and count it (RS-10)")
    func failure() {
        let bench = Bench(Self.handler("a"), Self.handler("b"))
        bench.publish("1", bench.route("a", "b"))
        #expect(bench.run { $0 == "a" ? .fails("no") : .goesOn } == ["a 1", "b 1"])
        #expect(bench.counts("a").failed == 1)
        #expect(bench.counts("a").handled == 0)
        #expect(bench.queues.takeComplaints().map(\.text) == ["it failed: no"])
    }

    @Test("keep the order of publishing for each handler, also over different routes (RS-10)")
    func order() throws {
        let bench = Bench(Self.handler("a"), Self.handler("b"))
        bench.publish("1", bench.route("a", "b"))
        bench.publish("2", bench.route("b"))
        let step = try bench.take()
        #expect(step.handler.key.name == "a")
        // The second event has only b, which has to see the first one before.
        let early = bench.next()
        #expect(early == nil)
        _ = bench.finish(step)
        #expect(bench.run() == ["b 1", "b 2"])
    }

    @Test("call one handler for one event at a time, and several handlers at once")
    func overlap() throws {
        let bench = Bench(Self.handler("a"), Self.handler("b"))
        bench.publish("1", bench.route("a", "b"))
        bench.publish("2", bench.route("a", "b"))
        let first = try bench.take()
        let early = bench.next()
        #expect(early == nil)
        _ = bench.finish(first)
        let (second, third) = (try bench.take(), try bench.take())
        #expect(Set([second.handler.key.name, third.handler.key.name]) == ["a", "b"])
    }

    @Test("drop the oldest event of a full queue, or the newest, and count it (RS-10)")
    func overflow() throws {
        let bench = Bench(Self.handler("a", queue: 2), Self.handler("b", queue: 2, .dropNewest), Self.handler("c"))
        let step: EventQueues.Step
        bench.publish("0", bench.route("a"))
        step = try bench.take()
        for text in ["1", "2", "3"] { bench.publish(text, bench.route("a", "b", "c")) }
        _ = bench.finish(step)
        let calls = bench.run()
        #expect(calls.filter { $0.hasPrefix("a") } == ["a 2", "a 3"])
        #expect(calls.filter { $0.hasPrefix("b") } == ["b 1", "b 2"])
        // What one handler had no room for goes on to the others.
        #expect(calls.filter { $0.hasPrefix("c") } == ["c 1", "c 2", "c 3"])
        #expect(bench.counts("a").dropped == 1)
        #expect(bench.counts("b").dropped == 1)
        #expect(bench.queues.takeComplaints().contains { $0.text.contains("drop-oldest") })
    }

    @Test("say when a publisher has to wait for room (RS-10)")
    func block() throws {
        let bench = Bench(Self.handler("a", queue: 1, .block))
        bench.publish("1", bench.route("a"))
        let step = try bench.take()
        let before = bench.queues.mustWait(for: bench.route("a"))
        bench.publish("2", bench.route("a"))
        let full = bench.queues.mustWait(for: bench.route("a"))
        _ = bench.finish(step)
        #expect(!before)
        #expect(full)
        #expect(bench.run() == ["a 2"])
        #expect(!bench.queues.mustWait(for: bench.route("a")))
    }

    @Test("cut a handler off at its deadline, and pass it by until it is back (RS-10)")
    func cutOff() throws {
        let bench = Bench(Self.handler("a"), Self.handler("b"))
        for text in ["1", "2", "3"] { bench.publish(text, bench.route("a", "b")) }
        let step = try bench.take()
        let early = bench.queues.cutOff(now: bench.now, grace: .zero)
        bench.now = bench.now.advanced(by: .seconds(2))
        let late = bench.queues.cutOff(now: bench.now, grace: .zero)
        #expect(early == 0)
        #expect(late == 1)
        #expect(bench.run() == ["b 1", "b 2", "b 3"])
        #expect(bench.counts("a").timedOut == 1)
        #expect(bench.counts("a").skipped == 2)
        #expect(bench.queues.statuses.first?.isStuck == true)

        // Its late answer means nothing any more, but it may be called again.
        let isWanted = bench.finish(step, .stops)
        #expect(!isWanted)
        bench.publish("4", bench.route("a", "b"))
        #expect(bench.run() == ["a 4", "b 4"])
        #expect(bench.counts("a").stopped == 0)
    }

    @Test("let events go on that wait for a handler that goes away")
    func removal() throws {
        let bench = Bench(Self.handler("a"), Self.handler("b"))
        let route = bench.route("a", "b")
        for text in ["1", "2"] { bench.publish(text, route) }
        let step = try bench.take()
        bench.queues.replace([Self.handler("b")], of: "p", by: CallerDouble())
        #expect(bench.run() == ["b 1", "b 2"])
        let isWanted = bench.finish(step)
        #expect(isWanted)
        // A route that was found before is still good for the others; a new handler in the old place gets nothing of it.
        bench.queues.replace([Self.handler("b"), Self.handler("new")], of: "p", by: CallerDouble())
        bench.publish("3", route)
        #expect(bench.run() == ["b 3"])
    }

    @Test("give up a call whose handler has gone meanwhile, as any other that hangs (RS-10)")
    func orphan() throws {
        let bench = Bench(Self.handler("a"))
        bench.publish("1", bench.route("a"))
        let step = try bench.take()
        bench.queues.replace([], of: "p", by: CallerDouble())
        #expect(bench.queues.nextDeadline == step.deadline)
        bench.now = bench.now.advanced(by: .seconds(2))
        let lost = bench.queues.cutOff(now: bench.now, grace: .zero)
        #expect(lost == 1)
        #expect(bench.queues.nextDeadline == nil)
        #expect(bench.queues.takeComplaints().map(\.text) == ["it has gone, and a call of it still runs"])
        let isWanted = bench.finish(step)
        #expect(!isWanted)
    }

    @Test("keep what waits for a handler over a reload of its plugin (HR-4)")
    func reload() {
        let bench = Bench(Self.handler("a"))
        bench.publish("1", bench.route("a"))
        bench.queues.replace([Self.handler("a", queue: 3)], of: "p", by: CallerDouble())
        #expect(bench.run() == ["a 1"])
        #expect(bench.counts("a").handled == 1)
    }

    @Test("let no call of the generation before keep events from the new one, whenever it was cut off (RS-10)")
    func reloadWhileHanging() throws {
        let bench = Bench(Self.handler("a"))
        for text in ["1", "2"] { bench.publish(text, bench.route("a")) }
        let step = try bench.take()
        bench.queues.replace([Self.handler("a")], of: "p", by: CallerDouble())
        bench.now = bench.now.advanced(by: .seconds(2))
        let lost = bench.queues.cutOff(now: bench.now, grace: .zero)
        #expect(lost == 1)
        #expect(bench.run() == ["a 2"])
        let isWanted = bench.finish(step)
        #expect(!isWanted)
    }

    @Test("come to rest, and lose nothing, whatever happens in them", arguments: 0..<20)
    func storm(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let bench = Bench(
            Self.handler("a", queue: 3),
            Self.handler("b", queue: 3, .dropNewest),
            Self.handler("c", queue: 100)
        )
        var steps: [EventQueues.Step] = []
        var published = 0
        for _ in 0..<500 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let names = ["a", "b", "c"].filter { $0 == "c" || Bool.random(using: &random) }
                let lanes = names.compactMap { name in bench.queues.handlers.first { $0.handler.key.name == name }?.lane
                }
                bench.publish("\(published)", EventQueues.Route(lanes))
                published += 1
            case 4..<6: if let step = bench.next() { steps.append(step) }
            case 6..<8:
                guard let step = steps.popLast() else { break }
                _ = bench.finish(step, Bool.random(using: &random) ? .goesOn : .changes([1]))
            case 8:
                bench.now = bench.now.advanced(by: .milliseconds(300))
                _ = bench.queues.cutOff(now: bench.now, grace: .zero)
            default:
                let policy: HandlerDeclaration.Overflow = Bool.random(using: &random) ? .dropOldest : .dropNewest
                bench.queues.replace(
                    [Self.handler("a", queue: 3, policy), Self.handler("b", queue: 3), Self.handler("c", queue: 100)],
                    of: "p",
                    by: CallerDouble()
                )
            }
        }
        for step in steps { _ = bench.finish(step) }
        _ = bench.run()
        #expect(bench.queues.statuses.allSatisfy { $0.waiting == 0 && !$0.isStuck })
        let counts = bench.counts("c")
        let total = counts.handled + counts.failed + counts.timedOut + counts.skipped + counts.dropped
        #expect(total == UInt64(published))
    }
}
