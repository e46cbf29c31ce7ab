/// Waits until a condition holds; the test's time limit ends a wait in vain.
package func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        try await Task.sleep(for: .milliseconds(5))
    }
}
