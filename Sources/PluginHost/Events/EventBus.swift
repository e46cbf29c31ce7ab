internal import Synchronization

/// Passes events on to whoever listens, in the order in which they were sent.
///
/// Whoever sends one passes it on itself, with those that were left to be passed on, unless another thread is doing so already.
/// What holds up a reload is not for the thread that reloads: it leaves its events to the courier, who comes when the
/// reload is over, unless that takes long.
final class EventBus: Sendable {
    /// How many events of others one sender passes on at most, before the courier does.
    private static let favours = 64

    private struct State {
        /// Those that were sent and not passed on.
        var waiting: [PluginEvent] = []
        /// Whether a thread is passing events on.
        var isPassing = false
        /// Whether the courier was asked to, and has not begun.
        var isLeft = false
        /// What is in a hurry: what is left meanwhile waits until it is over.
        var hurries: Set<UInt64> = []
        var nextHurry: UInt64 = 0
    }

    private let state = Mutex(State())
    private let listeners = Listeners<PluginEvent>()
    private let courier: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let sink: @Sendable (PluginEvent) -> Void

    /// Creates a bus whose events also go to a sink, which must not wait; the courier runs a job soon, on another thread.
    init(
        courier: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        sink: @escaping @Sendable (PluginEvent) -> Void
    ) {
        self.courier = courier
        self.sink = sink
    }

    /// Sends an event about something that has happened.
    func send(_ event: PluginEvent) {
        state.withLock { $0.waiting.append(event) }
        passOn()
    }

    /// Sends an event, for a thread that has better things to do than to pass it on.
    func leave(_ event: PluginEvent) {
        let needsCourier = state.withLock { state in
            state.waiting.append(event)
            guard state.hurries.isEmpty, !state.isLeft else { return false }
            state.isLeft = true
            return true
        }
        if needsCourier { callCourier() }
    }

    /// Has what is left wait until the end of something that the courier would only disturb.
    func beginHurry() -> UInt64 {
        state.withLock { state in
            state.nextHurry += 1
            state.hurries.insert(state.nextHurry)
            return state.nextHurry
        }
    }

    /// Passes on what was left meanwhile; nothing happens the second time.
    func end(hurry: UInt64) {
        guard state.withLock({ $0.hurries.remove(hurry) }) != nil else { return }
        passOn()
    }

    private func callCourier() {
        courier { [self] in
            state.withLock { $0.isLeft = false }
            passOn()
        }
    }

    /// Passes on what waits, unless another thread does; after some of it, the courier goes on.
    private func passOn() {
        let isOurs = state.withLock { state in
            guard !state.isPassing, !state.waiting.isEmpty else { return false }
            state.isPassing = true
            return true
        }
        guard isOurs else { return }
        var count = 0
        while count < Self.favours {
            let events = state.withLock { state in
                defer { state.waiting = [] }
                state.isPassing = !state.waiting.isEmpty
                return state.waiting
            }
            if events.isEmpty { return }
            for event in events {
                sink(event)
                listeners.yield(event)
            }
            count += events.count
        }
        state.withLock { $0.isPassing = false }
        callCourier()
    }

    /// The events from now on.
    func events() -> AsyncStream<PluginEvent> { listeners.stream() }

    /// Passes on what is left, and ends all streams; for when the courier has gone.
    func finish() {
        passOn()
        listeners.finish()
    }
}
