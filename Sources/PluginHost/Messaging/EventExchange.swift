internal import FoundationEssentials
internal import LinuxSystem
internal import Synchronization

/// Takes events from whoever publishes them and finds who listens (RS-10).
///
/// Publishing where nobody listens looks the topic up and does nothing else.
final class EventExchange: Sendable {
    /// How many topics have their listeners remembered.
    private static let rememberedTopics = 4096
    /// How many events a listener of the embedding program may be behind; the oldest are dropped then.
    private static let backlog = 4096
    /// How long a publisher waits at most for a handler that wants that.
    static let longestWait = Duration.seconds(1)

    typealias Listener = AsyncStream<TopicEvent>.Continuation

    private enum Target {
        case handler(EventQueues.LaneID, EventHandler)
        case listener(UInt64)
    }

    /// Where the events of a topic go.
    private final class Destination: Sendable {
        let route: EventQueues.Route?
        let listeners: [Listener]

        init(route: EventQueues.Route?, listeners: [Listener]) {
            self.route = route
            self.listeners = listeners
        }

        var isEmpty: Bool { route == nil && listeners.isEmpty }
    }

    private struct Routing {
        var handlers: [(lane: EventQueues.LaneID, handler: EventHandler)] = []
        var listeners: [UInt64: (patterns: [String], listener: Listener)] = [:]
        var nextListener: UInt64 = 0
        var index = TopicIndex<Target>()
        var destinations: [String: Destination] = [:]
        var header = EventHeader()
        var lastID: UInt64 = 0
        var isStopped = false
    }

    private let routing = Mutex(Routing())
    /// Whether anybody listens to anything.
    private let isListenedTo = Atomic(false)
    private let dispatcher: EventDispatcher
    /// Held while handlers are replaced: two replacements must reach dispatcher and routing in the same order.
    private let replacing = Mutex(())

    init(caller: any ComponentCaller, warn: @escaping @Sendable (_ plugin: String, _ message: String) -> Void) {
        dispatcher = EventDispatcher(caller: caller, warn: warn)
    }

    // MARK: Publishing

    /// Publishes an event after a check of its topic; until the deadline the thread may wait for handlers that want that.
    @discardableResult
    func publish(
        _ topic: String,
        _ data: [UInt8],
        source: String,
        until deadline: MonotonicInstant? = nil
    ) throws(PluginError) -> EventReceipt {
        let destination = isListenedTo.load(ordering: .acquiring) ? destination(of: topic) : nil
        guard let destination else {
            try Topic.check(topic)
            return EventReceipt(id: 0, handlers: 0, listeners: 0)
        }
        return deliver(topic, data, source: source, to: destination, until: deadline)
    }

    /// Publishes an event of the host's own, whose data are only made if somebody listens; it never waits.
    func publish(_ topic: String, data: () -> [UInt8]) {
        guard isListenedTo.load(ordering: .acquiring), let destination = destination(of: topic) else { return }
        _ = deliver(topic, data(), source: "host", to: destination, until: nil)
    }

    private func deliver(
        _ topic: String,
        _ data: [UInt8],
        source: String,
        to destination: Destination,
        until deadline: MonotonicInstant?
    ) -> EventReceipt {
        let time = Date()
        let (id, header) = routing.withLock { routing -> (UInt64, [UInt8]) in
            routing.lastID += 1
            guard destination.route != nil else { return (routing.lastID, []) }
            let line = routing.header.line(topic: topic, id: routing.lastID, source: source, time: time)
            return (routing.lastID, line)
        }
        if !destination.listeners.isEmpty {
            let event = TopicEvent(topic: topic, id: id, source: source, time: time, data: data)
            for listener in destination.listeners { listener.yield(event) }
        }
        if let route = destination.route {
            dispatcher.publish(route, input: header + data, headerSize: header.count, until: deadline)
        }
        return EventReceipt(
            id: id,
            handlers: destination.route?.lanes.count ?? 0,
            listeners: destination.listeners.count
        )
    }

    /// Where the events of a topic go; `nil` if nobody listens, or it is no topic.
    private func destination(of topic: String) -> Destination? {
        routing.withLock { routing in
            if let known = routing.destinations[topic] { return known.isEmpty ? nil : known }
            guard Topic.problem(topic) == nil else { return nil }
            let destination = Self.find(topic, routing)
            // Topics that are never the same again must not fill the memory.
            if routing.destinations.count >= Self.rememberedTopics { routing.destinations = [:] }
            routing.destinations[topic] = destination
            return destination.isEmpty ? nil : destination
        }
    }

    private static func find(_ topic: String, _ routing: Routing) -> Destination {
        var handlers: [EventQueues.LaneID: EventHandler] = [:]
        var listeners: Set<UInt64> = []
        for target in routing.index.values(for: topic) {
            switch target {
            case .handler(let lane, let handler): handlers[lane] = handler
            case .listener(let number): listeners.insert(number)
            }
        }
        let lanes = handlers.sorted { $0.value.precedes($1.value) }.map(\.key)
        return Destination(
            route: lanes.isEmpty ? nil : EventQueues.Route(lanes),
            listeners: listeners.sorted().compactMap { routing.listeners[$0]?.listener }
        )
    }

    // MARK: Listeners

    /// The events of some topics from now on; a listener that is slow loses the oldest.
    func events(matching patterns: [String]) throws(PluginError) -> AsyncStream<TopicEvent> {
        for pattern in patterns {
            if let problem = Topic.patternProblem(pattern) {
                throw PluginError(code: .badPayload, message: problem)
            }
        }
        let (stream, listener) = AsyncStream.makeStream(
            of: TopicEvent.self,
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        let number = routing.withLock { routing -> UInt64? in
            guard !routing.isStopped else { return nil }
            routing.nextListener += 1
            routing.listeners[routing.nextListener] = (patterns, listener)
            rebuild(&routing)
            return routing.nextListener
        }
        guard let number else {
            listener.finish()
            return stream
        }
        listener.onTermination = { [weak self] _ in
            guard let self else { return }
            let ended = routing.withLock { routing in
                defer { rebuild(&routing) }
                return routing.listeners.removeValue(forKey: number)
            }
            _ = ended
        }
        return stream
    }

    /// Ends all streams, and the threads.
    func stop() {
        let listeners = routing.withLock { routing in
            defer {
                routing.listeners = [:]
                routing.handlers = []
                routing.isStopped = true
                rebuild(&routing)
            }
            return routing.listeners.values.map(\.listener)
        }
        for listener in listeners { listener.finish() }
        dispatcher.stop()
    }

    /// How the handlers stand, in the order in which they get events.
    var statuses: [EventHandlerStatus] { dispatcher.statuses }

    private func rebuild(_ routing: inout Routing) {
        var index = TopicIndex<Target>()
        for (lane, handler) in routing.handlers {
            for pattern in handler.declaration.topics { index.insert(.handler(lane, handler), under: pattern) }
        }
        for (number, entry) in routing.listeners {
            for pattern in entry.patterns { index.insert(.listener(number), under: pattern) }
        }
        routing.index = index
        routing.destinations = [:]
        isListenedTo.store(!routing.handlers.isEmpty || !routing.listeners.isEmpty, ordering: .releasing)
    }
}

extension EventExchange: ComponentTable {
    func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String? {
        for handler in declaration.handlers {
            for topic in handler.topics {
                if let problem = Topic.patternProblem(topic) { return "the event handler \(handler.name): \(problem)" }
            }
        }
        return nil
    }

    func replace(_ declaration: ComponentDeclaration, of plugin: String) {
        replacing.withLock { _ in
            let handlers = dispatcher.replace(declaration.handlers, of: plugin)
            routing.withLock { routing in
                routing.handlers = handlers
                rebuild(&routing)
            }
        }
    }
}
