import LinuxSystem

/// Work on a thread of its own, because it blocks.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DetachedThread.start(name: "test") { continuation.resume(with: Result { try body() }) }
    }
}
