internal import Synchronization

/// Keeps everything else away from an instance that serves a call and is not concurrent.
///
/// The host may ask for health and figures beside a call. A class that is not `Sendable` can't bear that, so it is asked
/// only while it serves nobody; a call waits for such a question, never the other way round.
final class CallGate: Sendable {
    private static let free: UInt8 = 0
    private static let serving: UInt8 = 1
    private static let asking: UInt8 = 2

    /// What the instance is told before it serves the next call.
    let notices = NoticeQueue()
    private let use = Atomic(free)
    /// Held by who asks, for as long as it asks.
    private let lock = Mutex(())

    /// Lets a call in; a second one at the same time is a defect of the host and refused.
    @inline(__always)
    func enter() throws(PluginFailure) {
        guard use.compareExchange(expected: Self.free, desired: Self.serving, ordering: .acquiring).exchanged else {
            return try enterAfterQuestion()
        }
    }

    /// Lets the call out.
    @inline(__always)
    func leave() {
        use.store(Self.free, ordering: .releasing)
    }

    /// Asks something, unless a call is being served; says whether it was asked.
    func ask(_ body: () throws -> Void) rethrows -> Bool {
        try lock.withLockIfAvailable { _ in
            guard use.compareExchange(expected: Self.free, desired: Self.asking, ordering: .acquiring).exchanged else {
                return false
            }
            defer { leave() }
            try body()
            return true
        } ?? false
    }

    private func enterAfterQuestion() throws(PluginFailure) {
        // With the lock, nobody asks: what is still in the way is a call.
        let entered = lock.withLock { _ in
            use.compareExchange(expected: Self.free, desired: Self.serving, ordering: .acquiring).exchanged
        }
        guard entered else {
            throw PluginFailure(.busy, "the plugin serves one call at a time, and serves one now")
        }
    }
}
