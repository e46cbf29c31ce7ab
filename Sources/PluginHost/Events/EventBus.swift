internal import Synchronization

/// Passes events on to whoever listens, in the order in which they happened.
final class EventBus: Sendable {
    /// How many events a listener may be behind; the oldest are dropped then.
    private static let backlog = 4096

    private struct State {
        var listeners: [UInt64: AsyncStream<PluginEvent>.Continuation] = [:]
        var nextListener: UInt64 = 0
    }

    private let state = Mutex(State())
    private let sink: @Sendable (PluginEvent) -> Void

    /// Creates a bus whose events also go to a sink, which must not wait.
    init(sink: @escaping @Sendable (PluginEvent) -> Void) {
        self.sink = sink
    }

    /// Sends an event about something that has happened.
    func send(_ event: PluginEvent) {
        sink(event)
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(event) }
    }

    /// The events from now on.
    func events() -> AsyncStream<PluginEvent> {
        let (stream, listener) = AsyncStream.makeStream(
            of: PluginEvent.self,
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return state.nextListener
        }
        listener.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Ends all streams.
    func finish() {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
