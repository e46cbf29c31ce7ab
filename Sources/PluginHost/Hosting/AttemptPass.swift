internal import LinuxSystem
internal import Synchronization

/// Many attempts in few jobs: each thread takes one after the other, without a hop to the conductor in between.
///
/// Each attempt is looked after by itself. One that hangs is given up, its thread is lost, and another takes the next.
final class AttemptPass: Sendable {
    /// An attempt that has ended, by its place in the list.
    struct Ended: Sendable {
        var index: Int
        var report: ReloadAttempt.Report
    }

    private struct State {
        var next = 0
        var running: [Int: WorkerPool.Worker] = [:]
        var ended: [Ended] = []
        var isStopped = false
        var waiting: CheckedContinuation<[Ended]?, Never>?
    }

    private let attempts: [ReloadAttempt]
    private let workers: WorkerPool
    /// Decides after each attempt, on its thread, whether the next may begin.
    private let goesOn: @Sendable (ReloadAttempt.Report) -> Bool
    /// Whether reports are handed on one by one, and not when all have ended.
    private let handsOnEach: Bool
    private let state = Mutex(State())

    /// Prepares a pass; whether it goes on is decided after each attempt, on its thread.
    init(
        _ attempts: [ReloadAttempt],
        on workers: WorkerPool,
        handsOnEach: Bool,
        goesOn: @escaping @Sendable (ReloadAttempt.Report) -> Bool = { _ in true }
    ) {
        self.attempts = attempts
        self.workers = workers
        self.handsOnEach = handsOnEach
        self.goesOn = goesOn
    }

    /// Begins, on so many threads.
    func begin(threads: Int) {
        for _ in 0..<min(threads, attempts.count) { takeThread() }
    }

    /// Lets no other attempt begin.
    func stop() {
        state.withLock { $0.isStopped = true }
    }

    /// Waits for attempts that have ended; `nil` if there is none any more, though not all may have begun.
    func next(isolation: isolated any Actor) async -> [Ended]? {
        await withCheckedContinuation { continuation in
            let result: [Ended]?? = state.withLock { state in
                let isOver = isOver(state)
                if !state.ended.isEmpty, handsOnEach || isOver {
                    defer { state.ended = [] }
                    return .some(state.ended)
                }
                if isOver { return .some(nil) }
                state.waiting = continuation
                return nil
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    private func isOver(_ state: State) -> Bool {
        state.running.isEmpty && (state.isStopped || state.next == attempts.count)
    }

    // MARK: Hanging

    /// When to look next whether an attempt hangs.
    var nextLook: MonotonicInstant {
        let running = state.withLock { Array($0.running.keys) }
        return running.map { attempts[$0].nextLook }.min() ?? .now.advanced(by: .seconds(1))
    }

    /// Gives up the attempts that have taken too long.
    func giveUpOverdue() {
        for (index, worker) in state.withLock({ $0.running }) {
            let report = attempts[index].abandonIfOverdue { [workers] job in workers.perform { _ in job() } }
            guard let report, end(index, report) else { continue }
            workers.writeOff(worker)
            takeThread()
        }
    }

    // MARK: On the threads

    private func takeThread() {
        workers.perform { [self] worker in
            while let index = take(worker) {
                // If it was given up meanwhile, another thread goes on.
                guard end(index, attempts[index].run()) else { return }
            }
        }
    }

    private func take(_ worker: WorkerPool.Worker) -> Int? {
        state.withLock { state in
            guard !state.isStopped, state.next < attempts.count else { return nil }
            defer { state.next += 1 }
            state.running[state.next] = worker
            return state.next
        }
    }

    /// Takes an attempt's report; `false` if it has one already.
    private func end(_ index: Int, _ report: ReloadAttempt.Report) -> Bool {
        let (isFirst, waiting, ended) = state.withLock { state in
            guard state.running.removeValue(forKey: index) != nil else {
                return (false, nil as CheckedContinuation<[Ended]?, Never>?, [] as [Ended])
            }
            if !goesOn(report) { state.isStopped = true }
            state.ended.append(Ended(index: index, report: report))
            guard handsOnEach || isOver(state), let waiting = state.waiting else { return (true, nil, []) }
            defer { (state.waiting, state.ended) = (nil, []) }
            return (true, waiting, state.ended)
        }
        waiting?.resume(returning: ended)
        return isFirst
    }
}
