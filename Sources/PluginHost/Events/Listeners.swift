internal import Synchronization

/// Those who listen to something, from when they ask until it ends.
final class Listeners<Element: Sendable>: Sendable {
    /// How many elements a listener may be behind; the oldest are dropped then.
    private static var backlog: Int { 4096 }

    private struct State {
        var listeners: [UInt64: AsyncStream<Element>.Continuation] = [:]
        var last: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    /// What comes from now on; nothing if it has ended already.
    func stream() -> AsyncStream<Element> {
        let (stream, listener) = AsyncStream.makeStream(
            of: Element.self,
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        let number = state.withLock { state -> UInt64? in
            guard !state.isFinished else { return nil }
            state.last += 1
            state.listeners[state.last] = listener
            return state.last
        }
        guard let number else {
            listener.finish()
            return stream
        }
        listener.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Gives an element to all.
    func yield(_ element: Element) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(element) }
    }

    /// Ends all streams, and those that are asked for later.
    func finish() {
        let listeners = state.withLock { state in
            defer { (state.listeners, state.isFinished) = ([:], true) }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
