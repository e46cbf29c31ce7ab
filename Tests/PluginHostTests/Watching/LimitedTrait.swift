import Testing

/// Lets only a few test cases of a suite run side by side.
///
/// Each watcher takes one of the user's inotify instances, of which there may be as few as 128.
struct LimitedTrait: SuiteTrait, TestTrait, TestScoping {
    private actor Gate {
        private var free = 6
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

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> LimitedTrait? {
        testCase == nil ? nil : self
    }

    func provideScope(
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
    static var limited: LimitedTrait { LimitedTrait() }
}
