internal import LinuxSystem
internal import Synchronization

/// The threads that serve what one plugin in a runner asks of the host's services.
///
/// Each plugin has its own: a request may wait for another plugin, which asks for something itself. Threads are made when
/// they are needed.
final class RequestDesk: Sendable {
    /// So many requests are under way at most.
    static let limit = 64

    private let pool = WorkerPool(name: "services", limit: limit)
    private let count = Mutex(0)

    /// Runs a job on one of the threads; `false` if too many are under way.
    func perform(_ job: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = count.withLock { count in
            guard count < Self.limit else { return false }
            count += 1
            return true
        }
        guard isTaken else { return false }
        pool.perform { [self] _ in
            job()
            count.withLock { $0 -= 1 }
        }
        return true
    }

    /// Ends the threads after the requests that were taken.
    func close() {
        pool.stop()
    }
}
