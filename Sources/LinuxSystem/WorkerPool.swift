internal import CLinux
internal import Synchronization

/// Threads for work that may block: system calls, the dynamic linker, plugins' lifecycle functions.
///
/// Jobs start in the order in which they were given. Threads are made when they are needed, up to the limit, and sleep
/// while there is nothing to do. A job that never returns costs one thread: whoever waits for it writes the thread off,
/// and another takes its place.
package final class WorkerPool: Sendable {
    /// A thread of the pool, as a job sees the one that it runs on.
    package final class Worker: Sendable {
        fileprivate let isWrittenOff = Atomic(false)
    }

    private struct State {
        var jobs: [@Sendable (Worker) -> Void] = []
        var threads = 0
        var idle = 0
        var isStopped = false
        /// A job is expected, and no thread looks out for it yet.
        var expectsJob = false
    }

    /// What a thread does next.
    private enum Step {
        case job(@Sendable (Worker) -> Void)
        /// When so many jobs had been given.
        case lookOut(UInt64)
        case end
    }

    /// How long a thread looks out for a job that is expected: about as long as it takes to wake one.
    private static let lookout = 100_000 as UInt64

    private let name: String
    private let limit: Int
    private let isPatient: Bool
    private let state = Monitor(State())
    /// How many jobs were ever given; it changes with the lock held.
    private let given = Atomic<UInt64>(0)

    /// Creates a pool of at most that many threads; patient ones let others finish who run where they are woken.
    package init(name: String, limit: Int, isPatient: Bool = false) {
        precondition(limit > 0, "a pool of \(limit) threads does nothing")
        self.name = name
        self.limit = limit
        self.isPatient = isPatient
    }

    /// Runs a job on one of the threads; says `false` after a stop, when it is dropped.
    @discardableResult
    package func perform(_ job: @escaping @Sendable (Worker) -> Void) -> Bool {
        let needsThread = state.withLock { state -> Bool? in
            guard !state.isStopped else { return nil }
            state.jobs.append(job)
            given.wrappingAdd(1, ordering: .releasing)
            return Self.takesThread(&state, limit: limit)
        }
        guard let needsThread else { return false }
        if needsThread { makeThread() } else { state.signal(.entry) }
        return true
    }

    /// Wakes a thread for a job that will be given in some microseconds, most likely; it costs little if none comes.
    ///
    /// To wake a thread takes as long as much of what is done meanwhile.
    package func expectJob() {
        guard Processors.areSeveral else { return }
        let isAsleep = state.withLock { state in
            guard state.idle > 0, state.jobs.isEmpty, !state.expectsJob else { return false }
            state.expectsJob = true
            return true
        }
        if isAsleep { state.signal(.entry) }
    }

    /// Runs a job on one of the threads, or on one of its own after a stop, and waits for its result.
    package func run<Result: Sendable>(_ job: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            let isTaken = perform { _ in continuation.resume(returning: job()) }
            if !isTaken { DetachedThread.start(name: name) { continuation.resume(returning: job()) } }
        }
    }

    /// Counts a thread whose job will not return as lost, so that another may take its place.
    ///
    /// Should the job return after all, its thread ends.
    package func writeOff(_ worker: Worker) {
        guard !worker.isWrittenOff.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let needsThread = state.withLock { state in
            state.threads -= 1
            return !state.jobs.isEmpty && Self.takesThread(&state, limit: limit)
        }
        if needsThread { makeThread() }
    }

    /// Ends the threads after the jobs that were given before.
    package func stop() {
        state.withLock { $0.isStopped = true }
        state.broadcast(.entry)
    }

    private static func takesThread(_ state: inout State, limit: Int) -> Bool {
        guard state.idle < state.jobs.count, state.threads < limit else { return false }
        state.threads += 1
        return true
    }

    private func makeThread() {
        DetachedThread.start(name: name) { [self] in
            // Without the right to it, the work is done all the same.
            if isPatient { _ = clinux_batch_thread() }
            let worker = Worker()
            while !worker.isWrittenOff.load(ordering: .acquiring), let job = next() { job(worker) }
        }
    }

    /// Waits for the next job; `nil` when the thread is to end.
    private func next() -> (@Sendable (Worker) -> Void)? {
        state.withLock { $0.idle += 1 }
        while true {
            let next = state.wait(for: .entry, until: nil) { state in step(&state) }
            switch next {
            case .job(let job): return job
            case .lookOut(let seen): lookOut(after: seen)
            case .end, nil: return nil
            }
        }
    }

    private func step(_ state: inout State) -> Step? {
        if !state.jobs.isEmpty {
            state.idle -= 1
            return .job(state.jobs.removeFirst())
        }
        if state.isStopped {
            state.idle -= 1
            state.threads -= 1
            return .end
        }
        guard state.expectsJob else { return nil }
        state.expectsJob = false
        return .lookOut(given.load(ordering: .relaxed))
    }

    /// Stays awake until another job is given, or for a while.
    private func lookOut(after seen: UInt64) {
        let end = MonotonicInstant.now.advanced(byNanoseconds: Self.lookout)
        while given.load(ordering: .acquiring) == seen, MonotonicInstant.now < end { Processors.pause() }
    }
}
