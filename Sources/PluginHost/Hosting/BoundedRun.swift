internal import LinuxSystem
internal import Synchronization

/// A job on a worker thread that can be given up.
final class BoundedRun<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, Never>?
        var worker: WorkerPool.Worker?
    }

    private let state = Mutex(State())
    private let workers: WorkerPool

    init(on workers: WorkerPool) {
        self.workers = workers
    }

    /// Runs the job and waits for its value, or for the one with which it is given up.
    func value(isolation: isolated any Actor, of job: @escaping @Sendable () -> Value) async -> Value {
        // With the isolation, whoever waits goes on at once, and not by way of another thread.
        await withCheckedContinuation(isolation: isolation) { continuation in
            state.withLock { $0.continuation = continuation }
            workers.perform { [self] worker in
                state.withLock { $0.worker = worker }
                finish(job())
            }
        }
    }

    /// Whether the job has begun; one that waits for a thread is not late yet.
    var hasBegun: Bool {
        state.withLock { $0.worker != nil }
    }

    /// Goes on with this value; the thread of the job is lost.
    func giveUp(with value: Value) {
        if let worker = state.withLock({ $0.worker }) { workers.writeOff(worker) }
        finish(value)
    }

    private func finish(_ value: Value) {
        state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }?.resume(returning: value)
    }
}
