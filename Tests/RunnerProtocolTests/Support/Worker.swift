import LinuxSystem
import Synchronization

/// A thread of a test, and what came of it.
final class Worker: Sendable {
    private let state = Monitor(false)

    init(_ body: @escaping @Sendable () -> Void) {
        DetachedThread.start(name: "test") { [state] in
            body()
            state.withLock { $0 = true }
            state.broadcast(.drained)
        }
    }

    /// Waits for its end.
    func wait() {
        _ = state.wait(for: .drained, until: nil) { $0 ? true : nil }
    }
}

/// A door that threads wait at.
final class Gate: Sendable {
    private let state = Monitor(0)

    /// Lets everybody through who waits for so many openings.
    func open() {
        state.withLock { $0 += 1 }
        state.broadcast(.entry)
    }

    /// Waits until it has been opened so many times.
    func wait(for count: Int = 1) {
        _ = state.wait(for: .entry, until: nil) { $0 >= count ? true : nil }
    }
}

/// Runs blocking work on threads of its own, away from those of the tests.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DetachedThread.start(name: "test") { continuation.resume(returning: body()) }
    }
}

/// The same, several at once.
func onThreads<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Value) async -> [Value] {
    await withTaskGroup(of: (Int, Value).self) { group in
        for index in 0..<count { group.addTask { (index, await onThread { body(index) }) } }
        var values: [(Int, Value)] = []
        for await value in group { values.append(value) }
        return values.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
}
