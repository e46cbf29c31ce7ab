internal import Synchronization

/// Keeps everything else away from an instance that serves a call and is not concurrent.
///
/// The host may ask for health and figures beside a call. A class that is not `Sendable` can't bear that, so it is asked
/// only while it serves nobody; a call waits for such a question, never the other way round.
final class CallGate: Sendable {
    /// What the instance is told before it serves the next call.
    let notices = NoticeQueue()
    private let isServing = Atomic(false)
    private let lock = Mutex(())

    /// Serves a call; a second one at the same time is a defect of the host and refused.
    func serve(_ body: () throws -> Void) throws {
        guard !isServing.exchange(true, ordering: .acquiring) else {
            throw PluginFailure(.busy, "the plugin serves one call at a time, and serves one now")
        }
        defer { isServing.store(false, ordering: .releasing) }
        try lock.withLock { _ in try body() }
    }

    /// Asks something, unless a call is being served; says whether it was asked.
    func ask(_ body: () throws -> Void) rethrows -> Bool {
        guard !isServing.load(ordering: .acquiring) else { return false }
        return try lock.withLockIfAvailable { _ in try body() } != nil
    }
}
