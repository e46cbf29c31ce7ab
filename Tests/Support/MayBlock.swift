internal import LinuxSystem
package import Testing

/// Lets a test wait inside system calls: its jobs run on threads of their own.
///
/// On the threads that all tasks share, tests that wait would keep the host that they wait for from answering.
package struct MayBlock: TestTrait, SuiteTrait, TestScoping {
    private final class Executor: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            DetachedThread.start(name: "test") { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Executor()) { try await function() }
    }
}

extension Trait where Self == MayBlock {
    /// Lets a test wait inside system calls.
    package static var mayBlock: Self { MayBlock() }
}
