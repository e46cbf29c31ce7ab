package import Testing

/// Lets only a few test cases of all suites that have it run side by side.
///
/// Each watcher takes one of the user's inotify instances, of which there may be as few as 128; a host that gets none
/// looks at its directories only from time to time, and a test that waits for it seems to hang.
///
/// The time in which a case waits for its turn counts for its suite's limit of time, which is long for that reason.
package struct LimitedTrait: SuiteTrait, TestTrait, TestScoping {
    private actor Gate {
        private var free = 12
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func enter() async {
            if free > 0 {
                free -= 1
            } else {
                await withCheckedContinuation { waiting.append($0) }
            }
        }

        func leave() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }

    private static let gate = Gate()

    package var isRecursive: Bool { true }

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> LimitedTrait? {
        testCase == nil ? nil : self
    }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        do { try await function() } catch {
            await Self.gate.leave()
            throw error
        }
        await Self.gate.leave()
    }
}

extension Trait where Self == LimitedTrait {
    /// Lets only a few test cases run side by side.
    package static var limited: LimitedTrait { LimitedTrait() }
}
