import LinuxSystem
import Synchronization

/// Work on a thread of its own: a call into a plugin may block, and must not block the threads of tasks.
final class OnThread<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiting: CheckedContinuation<Value, any Error>?
    }

    private let state = Mutex(State())

    init(_ body: @escaping @Sendable () throws -> Value) {
        DetachedThread.start(name: "test") { [self] in
            let result = Result { try body() }
            state.withLock { state in
                state.result = result
                defer { state.waiting = nil }
                return state.waiting
            }?.resume(with: result)
        }
    }

    /// What the work came to, when it is done.
    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiting = continuation }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }
}
