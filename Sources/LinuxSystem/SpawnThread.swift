internal import Glibc
internal import Synchronization

/// The thread that starts all children which are to end with this process.
///
/// The kernel sends the parent-death signal when the *thread* that has started a child ends. On a thread of a pool that
/// shrinks, the child would be killed with nothing wrong; this one lives as long as the process.
package enum SpawnThread {
    private static let pool = WorkerPool(name: "spawn", limit: 1)
    private static let number = Atomic<UInt>(0)

    /// Runs a body on the thread, and blocks the caller's until it is done.
    package static func run<Success: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        if number.load(ordering: .relaxed) == pthread_self() { return try body() }
        let answer = Monitor<Result<Success, Failure>?>(nil)
        pool.perform { _ in
            let result = result(of: body)
            answer.withLock { $0 = result }
            answer.signal(.entry)
        }
        while true {
            if let result = answer.wait(for: .entry, until: nil, { $0 }) { return try result.get() }
        }
    }

    /// Runs a body on the thread, and waits for it without a thread.
    package static func runWaiting<Success: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        try await pool.run { result(of: body) }.get()
    }

    private static func result<Success, Failure: Error>(
        of body: () throws(Failure) -> Success
    ) -> Result<Success, Failure> {
        number.store(pthread_self(), ordering: .relaxed)
        return Result { () throws(Failure) in try body() }
    }
}
