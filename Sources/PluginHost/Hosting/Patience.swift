internal import LinuxSystem
internal import Synchronization

/// Waits for what may never come.
enum Patience {
    /// Who waits, until one of two has answered.
    private final class Answer<Value: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

        init(_ continuation: CheckedContinuation<Value?, Never>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ value: Value?) {
            continuation.withLock { $0.take() }?.resume(returning: value)
        }
    }

    /// Waits for the value of some work until a moment at most; `nil` if there is none by then.
    ///
    /// The work is not given up: it goes on, and nobody asks for its value any more.
    static func value<Value: Sendable>(
        until deadline: MonotonicInstant,
        of work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            let limit = Task.detached {
                try? await Task.sleep(for: max(.zero, MonotonicInstant.now.duration(to: deadline)))
                answer.give(nil)
            }
            Task.detached {
                answer.give(await work())
                limit.cancel()
            }
        }
    }
}
