internal import CLinux
internal import Synchronization

/// Threads for work that may block: system calls, the dynamic linker, plugins' lifecycle functions.
///
/// Jobs start in the order in which they were given. Threads are made when they are needed, up to the limit, and sleep
/// while there is nothing to do. A job that never returns costs one thread: whoever waits for it writes the thread off,
/// and another takes its place. Where no more can be made, those that are there do all of the work.
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
        /// What is done for a job that is expected.
        var preparation: Preparation?
    }

    private struct Preparation {
        /// `nil` until it begins.
        var worker: Worker?
        /// Whether it has to be woken for the job.
        var isAsleep = false
    }

    /// What the one who has given a job has to do.
    private enum Duty {
        case nothing
        case signal
        case makeThread
    }

    /// What a thread does next.
    private enum Step {
        case job(@Sendable (Worker) -> Void)
        case end
    }

    /// How long a thread looks out for a job that is expected before it falls asleep: about as long as it takes to wake one.
    private static let lookout = 100_000 as UInt64
    /// How long it waits for the job then.
    private static let patience = 100_000_000 as UInt64

    private let name: String
    private let limit: Int
    private let isPatient: Bool
    private let start: DetachedThread.Starter
    private let state = Monitor(State())
    /// How many jobs were ever given, without preparations; it changes with the lock held.
    private let given = Atomic<UInt64>(0)

    /// Creates a pool of at most that many threads; patient ones let others finish who run where they are woken.
    package init(
        name: String,
        limit: Int,
        isPatient: Bool = false,
        start: @escaping DetachedThread.Starter = DetachedThread.startIfPossible
    ) {
        precondition(limit > 0, "a pool of \(limit) threads does nothing")
        self.name = name
        self.limit = limit
        self.isPatient = isPatient
        self.start = start
    }

    /// Runs a job on one of the threads; says `false` after a stop, when it is dropped.
    @discardableResult
    package func perform(_ job: @escaping @Sendable (Worker) -> Void) -> Bool {
        let duty = state.withLock { state -> Duty? in
            guard !state.isStopped else { return nil }
            state.jobs.append(job)
            given.wrappingAdd(1, ordering: .releasing)
            if let preparation = state.preparation, !preparation.isAsleep,
                state.jobs.count == (preparation.worker == nil ? 2 : 1)
            {
                return .nothing
            }
            return Self.takesThread(&state, limit: limit) ? .makeThread : .signal
        }
        switch duty {
        case .makeThread: makeThread()
        case .signal: state.signal(.entry)
        case .nothing: break
        case nil: return false
        }
        return true
    }

    /// Prepares for a job that will be given in some microseconds, most likely, on a thread that stays awake for it.
    ///
    /// To wake a thread takes as long as much of what is done meanwhile. Nothing is prepared where there is no thread to
    /// spare; then the result is `false`. If no job comes within a tenth of a second, the second closure is called.
    @discardableResult
    package func expectJob(
        preparing: @escaping @Sendable () -> Void,
        inVain: @escaping @Sendable () -> Void = {}
    ) -> Bool {
        guard Processors.areSeveral else { return false }
        let isSpared = state.withLock { state in
            guard state.idle > 0, state.jobs.isEmpty, state.preparation?.isAsleep != false, !state.isStopped else {
                return false
            }
            let before = given.load(ordering: .relaxed)
            state.preparation = Preparation()
            state.jobs.append { [self] worker in
                self.state.withLock { $0.preparation?.worker = worker }
                preparing()
                let hasCome = lookOut(after: before) || sleep(worker, after: before)
                self.state.withLock { if $0.preparation?.worker === worker { $0.preparation = nil } }
                if !hasCome { inVain() }
            }
            return true
        }
        if isSpared { state.signal(.entry) }
        return isSpared
    }

    /// Waits no longer for a preparation that does not end: its job goes to another thread.
    package func giveUpPreparation() {
        let worker = state.withLock { state -> Worker? in
            // One that sleeps is done, and its thread is there for the job.
            guard let preparation = state.preparation, !preparation.isAsleep, let worker = preparation.worker else {
                return nil
            }
            state.preparation = nil
            return worker
        }
        guard let worker else { return }
        writeOff(worker)
        state.signal(.entry)
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
        let isMade = start(name) { [self] in
            // Without the right to it, the work is done all the same.
            if isPatient { _ = clinux_batch_thread() }
            let worker = Worker()
            while !worker.isWrittenOff.load(ordering: .acquiring), let job = next() { job(worker) }
        }
        guard !isMade else { return }
        let left = state.withLock { state in
            state.threads -= 1
            return state.threads
        }
        // Nobody would ever do the job.
        precondition(left > 0, "no thread \(name) can be made: the limit of threads is reached")
    }

    /// Waits for the next job; `nil` when the thread is to end.
    private func next() -> (@Sendable (Worker) -> Void)? {
        state.withLock { $0.idle += 1 }
        let next = state.wait(for: .entry, until: nil) { state in Self.step(&state) }
        guard case .job(let job) = next else { return nil }
        return job
    }

    private static func step(_ state: inout State) -> Step? {
        if !state.jobs.isEmpty {
            state.idle -= 1
            return .job(state.jobs.removeFirst())
        }
        guard state.isStopped else { return nil }
        state.idle -= 1
        state.threads -= 1
        return .end
    }

    /// Sleeps until another job is given, or for a while, as a thread that has nothing else to do; says whether there was one.
    private func sleep(_ worker: Worker, after seen: UInt64) -> Bool {
        let end = MonotonicInstant.now.advanced(byNanoseconds: Self.patience)
        let isOurs = state.withLock { state in
            guard state.preparation?.worker === worker else { return false }
            state.preparation?.isAsleep = true
            state.idle += 1
            return true
        }
        guard isOurs else { return false }
        defer { state.withLock { $0.idle -= 1 } }
        return state.wait(for: .entry, until: end) { state in
            let hasCome = given.load(ordering: .relaxed) != seen
            return hasCome || !state.jobs.isEmpty || state.isStopped ? hasCome : nil
        } ?? false
    }

    /// Stays awake until another job is given, or for a while; says whether there was one.
    private func lookOut(after seen: UInt64) -> Bool {
        let end = MonotonicInstant.now.advanced(byNanoseconds: Self.lookout)
        while given.load(ordering: .acquiring) == seen {
            guard MonotonicInstant.now < end else { return false }
            // Whoever is to give it may have to run here.
            Processors.giveWay()
        }
        return true
    }
}
