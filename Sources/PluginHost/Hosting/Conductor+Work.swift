internal import LinuxSystem
internal import Synchronization

extension Conductor {
    /// Runs a job on a worker thread, and looks after it: what hangs is given up with a value for it.
    func run<Value: Sendable>(
        on workers: WorkerPool? = nil,
        nextLook: @escaping @Sendable () -> MonotonicInstant,
        job: @escaping @Sendable () -> Value,
        overdue: @escaping @Sendable () -> Value?
    ) async -> Value {
        let run = BoundedRun<Value>(on: workers ?? environment.workers)
        lookLater(run, nextLook: nextLook, overdue: overdue)
        let value = await run.value(isolation: self, of: job)
        if let timer = looks.removeValue(forKey: ObjectIdentifier(run)) { loop.cancel(timer) }
        return value
    }

    /// Runs a job on a worker thread for so long at most; `nil` if it has not returned by then.
    func run<Value: Sendable>(
        on workers: WorkerPool? = nil,
        within limit: Duration,
        job: @escaping @Sendable () -> Value
    ) async -> Value? {
        // The time counts from when the job begins: before, it waits for another, which is looked after itself.
        let deadline = Deadline(limit)
        return await run(
            on: workers,
            nextLook: { deadline.instant },
            job: {
                deadline.begin()
                return .some(job())
            },
            overdue: { deadline.instant <= .now ? .some(nil) : nil }
        )
    }

    /// When to look again after a look that comes much later than at its moment; `nil` for one in time.
    ///
    /// The host must have been stopped then, or its machine, and what it looks after may not have run either.
    static func grace(after moment: MonotonicInstant) -> MonotonicInstant? {
        let now = MonotonicInstant.now
        return moment.duration(to: now) > .seconds(1) ? now.advanced(by: .seconds(5)) : nil
    }

    private func lookLater<Value: Sendable>(
        _ run: BoundedRun<Value>,
        nextLook: @escaping @Sendable () -> MonotonicInstant,
        overdue: @escaping @Sendable () -> Value?,
        grace: MonotonicInstant? = nil
    ) {
        let moment = max(nextLook(), grace ?? MonotonicInstant(nanoseconds: 0))
        looks[ObjectIdentifier(run)] = loop.schedule(at: moment) { [weak self] in
            self?.here { conductor in
                if grace == nil, let grace = Self.grace(after: moment) {
                    conductor.lookLater(run, nextLook: nextLook, overdue: overdue, grace: grace)
                } else if run.hasBegun, let value = overdue() {
                    run.giveUp(with: value)
                } else {
                    // What was to be made ready for it may hang.
                    if !run.hasBegun { conductor.environment.workers.giveUpPreparation() }
                    conductor.lookLater(run, nextLook: nextLook, overdue: overdue)
                }
            }
        }
    }
}

/// A deadline that counts from when a job begins.
private final class Deadline: Sendable {
    private let limit: Duration
    private let began = Atomic<UInt64>(0)

    init(_ limit: Duration) {
        self.limit = limit
    }

    func begin() {
        began.store(MonotonicInstant.now.nanoseconds, ordering: .releasing)
    }

    var instant: MonotonicInstant {
        let began = began.load(ordering: .acquiring)
        return (began == 0 ? .now : MonotonicInstant(nanoseconds: began)).advanced(by: limit)
    }
}
