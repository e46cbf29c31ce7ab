/// The thread that starts all children which are to end with this process.
///
/// The kernel sends the parent-death signal when the *thread* that has started a child ends. On a thread of a pool that
/// shrinks, the child would be killed with nothing wrong; this one lives as long as the process.
package enum SpawnThread {
    private static let pool = WorkerPool(name: "spawn", limit: 1)

    /// Runs a body on the thread and waits for its result; not to be called from there.
    package static func run<Success: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        let answer = Monitor<Result<Success, Failure>?>(nil)
        pool.perform { _ in
            let result = Result { () throws(Failure) in try body() }
            answer.withLock { $0 = result }
            answer.signal(.entry)
        }
        while true {
            if let result = answer.wait(for: .entry, until: nil, { $0 }) { return try result.get() }
        }
    }
}
