import LinuxSystem
import Testing

/// Lets a test wait inside system calls: its jobs run on threads of their own.
///
/// On the threads that all tasks share, tests that wait would keep the host that they wait for from answering.
struct MayBlock: TestTrait, SuiteTrait, TestScoping {
    private final class Executor: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            DetachedThread.start(name: "test") { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Executor()) { try await function() }
    }
}

extension Trait where Self == MayBlock {
    static var mayBlock: Self { MayBlock() }
}
