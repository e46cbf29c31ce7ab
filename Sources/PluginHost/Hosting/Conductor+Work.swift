internal import LinuxSystem

extension Conductor {
    /// Runs a job on a worker thread, and looks after it: what hangs is given up with a value for it.
    func run<Value: Sendable>(
        nextLook: @escaping @Sendable () -> MonotonicInstant,
        job: @escaping @Sendable () -> Value,
        overdue: @escaping @Sendable () -> Value?
    ) async -> Value {
        let run = BoundedRun<Value>(on: environment.workers)
        lookLater(run, nextLook: nextLook, overdue: overdue)
        let value = await run.value(of: job)
        if let timer = looks.removeValue(forKey: ObjectIdentifier(run)) { loop.cancel(timer) }
        return value
    }

    /// Runs a job on a worker thread for so long at most; `nil` if it has not returned by then.
    func run<Value: Sendable>(
        within limit: Duration,
        job: @escaping @Sendable () -> Value
    ) async -> Value? {
        let deadline = MonotonicInstant.now.advanced(by: limit)
        return await run(nextLook: { deadline }, job: { .some(job()) }) {
            deadline <= .now ? .some(nil) : nil
        }
    }

    private func lookLater<Value: Sendable>(
        _ run: BoundedRun<Value>,
        nextLook: @escaping @Sendable () -> MonotonicInstant,
        overdue: @escaping @Sendable () -> Value?
    ) {
        // A job that has not begun waits for another, which is looked after itself.
        let next = run.hasBegun ? nextLook() : max(nextLook(), .now.advanced(by: .seconds(1)))
        looks[ObjectIdentifier(run)] = loop.schedule(at: next) { [weak self] in
            self?.here { conductor in
                if run.hasBegun, let value = overdue() {
                    run.giveUp(with: value)
                } else {
                    conductor.lookLater(run, nextLook: nextLook, overdue: overdue)
                }
            }
        }
    }
}
