internal import LinuxSystem
internal import Synchronization

/// The threads that serve what plugins in runners ask of the host's services, and how many of them one plugin has.
///
/// A request may wait for another plugin, which asks for something itself: no plugin can take all threads from the others.
/// Threads are made when they are needed, and serve all hosts of this process.
final class RequestDesk: Sendable {
    /// So many requests of one plugin are under way at most.
    static let limit = 64
    /// So many of all plugins.
    private static let totalLimit = 1024

    private static let pool = WorkerPool(name: "services", limit: totalLimit)
    private static let total = Mutex(0)
    private let count = Mutex(0)

    /// How many requests of the plugin are under way.
    var underWay: Int { count.withLock { $0 } }

    /// How many requests of all plugins are under way.
    static var totalUnderWay: Int { total.withLock { $0 } }

    /// Runs a job on one of the threads; `false` if too many are under way.
    func perform(_ job: @escaping @Sendable () -> Void) -> Bool {
        guard Self.take(count, limit: Self.limit) else { return false }
        guard Self.take(Self.total, limit: Self.totalLimit) else {
            Self.giveBack(count)
            return false
        }
        Self.pool.perform { [self] _ in
            job()
            Self.giveBack(Self.total)
            Self.giveBack(count)
        }
        return true
    }

    private static func take(_ count: borrowing Mutex<Int>, limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    private static func giveBack(_ count: borrowing Mutex<Int>) {
        count.withLock { $0 -= 1 }
    }
}
