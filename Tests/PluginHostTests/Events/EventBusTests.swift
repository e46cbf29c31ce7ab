import Synchronization
import Testing

@testable import PluginHost

@Suite("The event bus (PL-7)")
struct EventBusTests {
    /// A bus whose courier runs only when the test says so.
    private final class Post: Sendable {
        let received = Mutex<[String]>([])
        private let jobs = Mutex<[@Sendable () -> Void]>([])

        /// What the sink does with an event, beside taking note of it.
        func bus(_ reaction: @escaping @Sendable (EventBus, String) -> Void = { _, _ in }) -> EventBus {
            let own = Mutex<EventBus?>(nil)
            let bus = EventBus(courier: { [self] job in jobs.withLock { $0.append(job) } }) { [self] event in
                let name = event.plugin ?? ""
                received.withLock { $0.append(name) }
                if let bus = own.withLock({ $0 }) { reaction(bus, name) }
            }
            own.withLock { $0 = bus }
            return bus
        }

        /// Runs what the courier was given; says how much that was.
        func deliver() -> Int {
            let waiting = jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            for job in waiting { job() }
            return waiting.count
        }

        var names: [String] { received.withLock { $0 } }
    }

    private static func event(_ plugin: String) -> PluginEvent { PluginEvent(.loaded, plugin: plugin) }

    @Test("passes on what was left before what is sent later")
    func keepsOrder() {
        let post = Post()
        let bus = post.bus()
        bus.leave(Self.event("a"))
        bus.leave(Self.event("b"))
        #expect(post.names == [])
        bus.send(Self.event("c"))
        #expect(post.names == ["a", "b", "c"])
        #expect(post.deliver() == 1)
        #expect(post.names == ["a", "b", "c"])
    }

    @Test("passes on what was left when the courier comes")
    func delivers() {
        let post = Post()
        let bus = post.bus()
        bus.leave(Self.event("a"))
        #expect(post.deliver() == 1)
        #expect(post.names == ["a"])
        bus.leave(Self.event("b"))
        #expect(post.deliver() == 1)
        #expect(post.names == ["a", "b"])
    }

    @Test("has what is left wait for the end of a hurry, and no courier come meanwhile")
    func hurries() {
        let post = Post()
        let bus = post.bus()
        let (first, second) = (bus.beginHurry(), bus.beginHurry())
        bus.leave(Self.event("a"))
        bus.end(hurry: first)
        // Another one goes on, but what is there need not wait for that.
        #expect(post.names == ["a"])
        bus.leave(Self.event("b"))
        bus.end(hurry: first)
        #expect(post.names == ["a"])
        // Who sends an event passes on what was left before.
        bus.send(Self.event("c"))
        #expect(post.names == ["a", "b", "c"])
        bus.end(hurry: second)
        #expect(post.deliver() == 0)
        bus.leave(Self.event("d"))
        #expect(post.deliver() == 1)
        #expect(post.names == ["a", "b", "c", "d"])
    }

    @Test("takes events from the sink, and leaves a flood of them to the courier")
    func survivesFlood() {
        let post = Post()
        let bus = post.bus { bus, name in
            guard let number = Int(name), number < 200 else { return }
            bus.send(Self.event("\(number + 1)"))
        }
        bus.send(Self.event("1"))
        #expect(post.names.count < 200)
        while post.deliver() > 0 {}
        #expect(post.names == (1...200).map(String.init))
    }

    @Test("passes on what is left before it ends its streams")
    func finishes() async {
        let post = Post()
        let bus = post.bus()
        let stream = bus.events()
        bus.leave(Self.event("a"))
        bus.finish()
        var names: [String?] = []
        for await event in stream { names.append(event.plugin) }
        #expect(names == ["a"])
        #expect(post.names == ["a"])
    }
}
