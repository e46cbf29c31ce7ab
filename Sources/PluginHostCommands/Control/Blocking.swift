internal import LinuxSystem

/// Waits for a task, from a thread that is not one of those that tasks run on.
enum Blocking {
    /// Runs the body as a task, blocks the thread until it has ended, and hands its result back.
    static func wait<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        let monitor = Monitor<Result?>(nil)
        Task {
            let result = await body()
            monitor.withLock { $0 = result }
            monitor.broadcast(.entry)
        }
        while true {
            if let result = monitor.wait(for: .entry, until: nil, { $0 }) { return result }
        }
    }

    /// Runs a body that blocks on a thread of its own, and lets the task wait.
    static func run<Result: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            DetachedThread.start(name: name) { continuation.resume(returning: body()) }
        }
    }
}
