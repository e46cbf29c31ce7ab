internal import LinuxSystem
internal import Synchronization

/// Runs tasks at their times (CH-1).
///
/// One timer of the host's event loop waits for the next task that is due, and nothing wakes while none is. Runs are on
/// threads of their own, of which no plugin has more than its share. Everything may be called from any thread.
final class TaskKeeper: Sendable {
    /// A run that goes on, and what can be done about it when it takes too long.
    private struct Going: Sendable {
        let number: UInt64
        var worker: WorkerPool.Worker?
        var task: Task<Void, Never>?
    }

    private struct State {
        var book: TaskBook
        var going: [Int32: Going] = [:]
        var number: UInt64 = 0
        var waiters: [Int32: [CheckedContinuation<Void, Never>]] = [:]
        var idleWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        /// What the timer is set to, or is about to be set to.
        var wanted: Int64?
        var timer: EventLoop.TimerID?
        var watch: EventLoop.Registration?
        var clockChanges: ClockChanges?
    }

    /// The run that a Swift task belongs to.
    private struct Membership: Sendable {
        let keeper: ObjectIdentifier
        let slot: Int32
        let number: UInt64
    }

    @TaskLocal private static var present: Membership?

    /// Without a watch of the clock it is looked at that often while a task goes by it.
    private static let clockCheck: Int64 = 60_000_000_000

    private let loop: EventLoop
    private let pool: WorkerPool
    private let now: @Sendable () -> TaskTime
    private let log: @Sendable (LogRecord) -> Void
    private let state: Mutex<State>

    init(
        loop: EventLoop,
        limits: TaskQueue.Limits = TaskQueue.Limits(),
        now: @escaping @Sendable () -> TaskTime = { .now },
        log: @escaping @Sendable (LogRecord) -> Void
    ) {
        self.loop = loop
        pool = WorkerPool(name: "tasks", limit: limits.total)
        self.now = now
        self.log = log
        state = Mutex(State(book: TaskBook(limits: limits)))
        loop.perform { [weak self] in self?.watchClock() }
    }

    // MARK: Tasks

    /// Takes a task in; see ``TaskBook/add(_:now:)``.
    func register(_ record: TaskRecord) throws(PluginError) {
        try change { (book, now) throws(PluginError) in try book.add(record, now: now) }
    }

    /// Stops a task and forgets it.
    func unregister(_ name: String) throws(PluginError) {
        let slot = try change { (book, _) throws(PluginError) in try book.remove(name) }
        guard let slot else { return }
        state.withLock { $0.going[slot]?.task }?.cancel()
    }

    /// Makes these the tasks that a plugin has declared; those that are as they were go on as if nothing had happened.
    func replaceTasks(of plugin: String, with records: [TaskRecord]) {
        let faults = change { (book, now) in
            var faults: [String] = []
            func attempt(_ body: () throws(PluginError) -> Void) {
                do throws(PluginError) { try body() } catch { faults.append(error.message) }
            }
            var kept = Set<String>()
            for present in book.tasks(of: plugin) {
                let isDeclared = records.contains { $0.name == present.name }
                if present.isDynamic, !isDeclared { continue }
                if !present.isDynamic, records.contains(where: { $0.declaration == present.declaration }) {
                    kept.insert(present.name)
                } else {
                    attempt { () throws(PluginError) in _ = try book.remove(present.name) }
                }
            }
            for record in records where !kept.contains(record.name) {
                attempt { () throws(PluginError) in try book.add(record, now: now) }
            }
            return faults
        }
        for fault in faults { log(LogRecord(.error, plugin, fault)) }
    }

    /// The tasks that a plugin has asked for while running.
    func dynamicTasks(of plugin: String) -> [TaskRecord] {
        state.withLock { $0.book.tasks(of: plugin).filter(\.isDynamic) }
    }

    func record(_ name: String) -> TaskRecord? {
        state.withLock { $0.book.record(name) }
    }

    /// How a task stands; `nil` if there is none of that name.
    func status(_ name: String) -> TaskStatus? {
        let now = now()
        return state.withLock { state in
            state.book.record(name).map { TaskStatus($0, nextDue: state.book.nextDue(name, now: now)) }
        }
    }

    /// How all tasks stand, by name.
    func all() -> [TaskStatus] {
        state.withLock { $0.book.names }.compactMap(status)
    }

    func start(_ name: String) throws(PluginError) {
        try change { (book, now) throws(PluginError) in try book.start(name, now: now) }
    }

    func stop(_ name: String) throws(PluginError) {
        try change { (book, _) throws(PluginError) in try book.stop(name) }
    }

    func startAll() {
        change { (book, now) in for name in book.names { try? book.start(name, now: now) } }
    }

    func stopAll() {
        change { (book, _) in for name in book.names { try? book.stop(name) } }
    }

    /// Runs a task at once, whether it is started or not, and returns when that run is over.
    func run(_ name: String) async throws(PluginError) -> TaskStatus {
        let slot = try change { (book, now) throws(PluginError) in try book.runNow(name, now: now) }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard let phase = state.book.record(name)?.phase, phase == .ready || phase == .running else {
                    return true
                }
                state.waiters[slot, default: []].append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        guard let status = status(name) else {
            throw PluginError(code: .notFound, message: "the task \(name) was unregistered while it ran")
        }
        return status
    }

    // MARK: End

    /// Begins no more runs, and asks those that are Swift tasks to end.
    func close() {
        change { (book, _) in book.close() }
        for going in state.withLock({ $0.going.values.compactMap(\.task) }) { going.cancel() }
        loop.perform { [weak self] in self?.unwatchClock() }
    }

    /// Lets the end not wait for the run that the caller is a part of, which waits for the end itself.
    func letGoOfPresentRun() {
        guard let present = Self.present, present.keeper == ObjectIdentifier(self) else { return }
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.going[present.slot]?.number == present.number else { return [] }
            state.book.letGo(present.slot)
            return Self.takeIdleWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until no run goes on that is not late already, or until a moment, and ends the threads.
    func waitUntilIdle(until deadline: MonotonicInstant) async {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state -> UInt64? in
                guard state.book.runningCount > 0 else { return nil }
                state.number += 1
                state.idleWaiters[state.number] = continuation
                return state.number
            }
            guard let number else { return continuation.resume() }
            loop.perform { [loop] in
                _ = loop.schedule(at: deadline) { [self] in
                    state.withLock { $0.idleWaiters.removeValue(forKey: number) }?.resume()
                }
            }
        }
        pool.stop()
        for record in state.withLock({ $0.book.running }) {
            let message = "the task \(record.name) did not end in the time for the host's stop; it was left as it is"
            log(LogRecord(.warning, record.plugin ?? "host", message))
        }
    }

    private static func takeIdleWaiters(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard state.book.runningCount == 0 else { return [] }
        defer { state.idleWaiters = [:] }
        return Array(state.idleWaiters.values)
    }

    // MARK: Time

    /// Changes the book, begins what is to begin, and sets the timer.
    @discardableResult
    private func change<Result, Failure: Error>(
        _ body: (inout TaskBook, TaskTime) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let now = now()
        let (result, starts, waiters, mustArm) = try state.withLock { (state) throws(Failure) in
            let result = try body(&state.book, now)
            let starts = takeStarts(&state, now)
            // A run that is called off before it has begun does not end.
            let idle = state.waiters.keys.filter { state.book.isIdle($0) }
            let waiters = idle.flatMap { state.waiters.removeValue(forKey: $0) ?? [] }
            return (result, starts, waiters, wantTimer(&state, now))
        }
        begin(starts)
        for waiter in waiters { waiter.resume() }
        if mustArm { loop.perform { [weak self] in self?.arm() } }
        return result
    }

    private func wantTimer(_ state: inout State, _ now: TaskTime) -> Bool {
        var next = state.book.nextWake(now: now)
        if state.clockChanges == nil, state.book.hasMoments {
            let check = now.monotonic + Self.clockCheck
            let present = state.wanted.flatMap { $0 > now.monotonic ? $0 : nil }
            next = min(next ?? .max, present ?? .max, check)
        }
        defer { state.wanted = next }
        return state.wanted != next
    }

    private func arm() {
        let (old, wanted) = state.withLock { state in
            defer { state.timer = nil }
            return (state.timer, state.wanted)
        }
        if let old { loop.cancel(old) }
        guard let wanted else { return }
        let timer = loop.schedule(at: MonotonicInstant(nanoseconds: UInt64(max(0, wanted)))) { [weak self] in
            self?.fire()
        }
        state.withLock { $0.timer = timer }
    }

    private func fire() {
        state.withLock { $0.wanted = nil }
        let late = change { (book, now) in book.advance(to: now) }
        for outcome in late {
            let (going, waiters) = state.withLock { state in
                (state.going[outcome.slot], state.waiters.removeValue(forKey: outcome.slot) ?? [])
            }
            if let worker = going?.worker { pool.writeOff(worker) }
            going?.task?.cancel()
            tell(outcome)
            for waiter in waiters { waiter.resume() }
        }
    }

    private func watchClock() {
        guard let changes = try? ClockChanges() else { return }
        let watch = try? loop.watch(changes.number, for: .readable) { [weak self] _ in
            self?.state.withLock { $0.clockChanges?.takeNote() }
            self?.fire()
        }
        guard let watch else { return }
        state.withLock { state in
            guard !state.book.isClosed else { return }
            state.watch = watch
            state.clockChanges = changes
        }
    }

    private func unwatchClock() {
        let (watch, timer) = state.withLock { state in
            defer { (state.watch, state.timer, state.wanted) = (nil, nil, nil) }
            return (state.watch, state.timer)
        }
        if let watch { loop.cancel(watch) }
        if let timer { loop.cancel(timer) }
        state.withLock { $0.clockChanges = nil }
    }

    // MARK: Runs

    private func takeStarts(_ state: inout State, _ now: TaskTime) -> [(TaskBook.RunStart, UInt64)] {
        state.book.takeStarts(now: now).map { start in
            state.number += 1
            state.going[start.slot] = Going(number: state.number)
            return (start, state.number)
        }
    }

    private func begin(_ starts: [(TaskBook.RunStart, UInt64)]) {
        for (start, number) in starts {
            switch start.body {
            case .blocking(let body):
                pool.perform { [self] worker in
                    note(start.slot, number) { $0.worker = worker }
                    do throws(PluginError) {
                        try body(start.run, .now.advanced(by: start.deadline))
                        end(start, number, nil)
                    } catch {
                        end(start, number, error.message)
                    }
                }
            case .concurrent(let body):
                let membership = Membership(keeper: ObjectIdentifier(self), slot: start.slot, number: number)
                let task = Task.detached { [self] in
                    do {
                        try await Self.$present.withValue(membership) { try await body(start.run) }
                        end(start, number, nil)
                    } catch {
                        end(start, number, (error as? PluginError)?.message ?? "\(error)")
                    }
                }
                note(start.slot, number) { $0.task = task }
            }
        }
    }

    private func note(_ slot: Int32, _ number: UInt64, _ body: (inout Going) -> Void) {
        state.withLock { state in
            guard var going = state.going[slot], going.number == number else { return }
            body(&going)
            state.going[slot] = going
        }
    }

    private func end(_ start: TaskBook.RunStart, _ number: UInt64, _ error: String?) {
        let now = now()
        let (outcome, waiters, starts, mustArm) = state.withLock { state in
            state.going[start.slot] = nil
            let outcome = state.book.finish(start, error: error, now: now)
            var waiters = state.waiters.removeValue(forKey: start.slot) ?? []
            let starts = takeStarts(&state, now)
            waiters += Self.takeIdleWaiters(&state)
            return (outcome, waiters, starts, wantTimer(&state, now))
        }
        if let outcome { tell(outcome) }
        for waiter in waiters { waiter.resume() }
        begin(starts)
        if mustArm { loop.perform { [weak self] in self?.arm() } }
    }

    private func tell(_ outcome: TaskBook.Outcome) {
        guard let error = outcome.error, !outcome.isStale else { return }
        log(LogRecord(.warning, outcome.plugin ?? "host", "the task \(outcome.name) failed: \(error)"))
    }
}
