internal import LinuxSystem
internal import Synchronization

/// Calls the handlers of events on threads of its own, of which there are only so many (RS-10).
///
/// A call that is not back at its deadline is given up: its thread is left to it, another takes its place, and the event
/// goes on. One call of a handler at most can hang so, for events pass a handler by until it is back.
///
/// Handlers that are quick share one thread: to wake another costs more than they do. As soon as a call takes its time,
/// others are made beside it.
final class EventDispatcher: Sendable {
    private struct State {
        var queues = EventQueues()
        var threads = 0
        var idle = 0
        /// How many threads are to help those that are busy.
        var wanted = 0
        /// Publishers that wait for room.
        var publishers = 0
        /// When the watch looks again.
        var nextLook = MonotonicInstant.distantFuture
        /// The last call that was begun, now and when the watch looked.
        var begun: UInt64 = 0
        var begunBefore: UInt64 = 0

        var busy: Int { threads - idle }
        var isStopped = false
    }

    /// A plugin that keeps its deadline answers at it; only one that does not is given up.
    private static let grace = Duration.milliseconds(20)
    /// What takes longer is no reason any more to wait for the thread that makes it.
    private static let quick = Duration.microseconds(50)
    /// How long work waits for threads that are busy before somebody looks whether they get on.
    private static let patience = Duration.milliseconds(1)

    private let state = Monitor(State())
    /// Its condition wakes the watch when a deadline comes sooner than it would look.
    private let watch = Monitor(MonotonicInstant?.none)
    private let isWatching = Atomic(false)
    private let caller: any ComponentCaller
    private let limit: Int
    private let limiter = ComplaintLimiter<EventHandler.Key>()
    private let warn: @Sendable (_ plugin: String, _ message: String) -> Void

    init(
        caller: any ComponentCaller,
        threads: Int = 16,
        warn: @escaping @Sendable (_ plugin: String, _ message: String) -> Void
    ) {
        self.caller = caller
        limit = threads
        self.warn = warn
    }

    // MARK: Handlers

    /// Makes these the handlers of a plugin, and gives back all handlers of all plugins.
    func replace(
        _ declarations: [HandlerDeclaration],
        of plugin: String
    ) -> [(lane: EventQueues.LaneID, handler: EventHandler)] {
        let caller = caller.caller(of: plugin)
        let handlers = state.withLock { state in
            state.queues.replace(declarations, of: plugin, by: caller)
            return state.queues.handlers
        }
        wake()
        return handlers
    }

    var statuses: [EventHandlerStatus] { state.withLock { $0.queues.statuses } }

    // MARK: Publishing

    /// Puts an event into the queues of its handlers; waits until the deadline for those that want that.
    func publish(_ route: EventQueues.Route, input: [UInt8], headerSize: Int, until deadline: MonotonicInstant?) {
        var needsThread = false
        var complaints: [EventQueues.Complaint] = []
        var look: MonotonicInstant?
        var mayWait = deadline != nil
        var isDone = false
        while !isDone {
            let wakes = state.withLock { state -> Bool in
                guard !state.isStopped else {
                    isDone = true
                    return false
                }
                if mayWait, state.queues.mustWait(for: route) {
                    state.publishers += 1
                    return false
                }
                state.queues.publish(route, input: input, headerSize: headerSize)
                isDone = true
                if state.queues.hasComplaints { complaints = state.queues.takeComplaints() }
                guard state.busy == 0 else {
                    lookAtWork(&state, now: .now, &look)
                    return false
                }
                needsThread = takesThread(&state)
                return state.queues.hasWork && state.idle > 0
            }
            if wakes { state.signal(.entry) }
            guard !isDone else { break }
            let hasRoom = state.wait(for: .drained, until: deadline) { state in
                state.isStopped || !state.queues.mustWait(for: route) ? true : nil
            }
            state.withLock { $0.publishers -= 1 }
            mayWait = hasRoom == true
        }
        if needsThread { makeThread() }
        lookSooner(look)
        say(complaints)
    }

    /// Ends the threads; events that still wait are dropped.
    func stop() {
        state.withLock { $0.isStopped = true }
        state.broadcast(.entry)
        state.broadcast(.drained)
        watch.withLock { $0 = MonotonicInstant(nanoseconds: 0) }
        watch.signal(.entry)
    }

    // MARK: Threads

    private func takesThread(_ state: inout State) -> Bool {
        guard !state.isStopped, state.queues.work > state.idle, state.threads < limit else { return false }
        state.threads += 1
        return true
    }

    /// Wakes all threads after a change that may have given them something to do.
    private func wake() {
        let needsThread = state.withLock { takesThread(&$0) }
        if needsThread { makeThread() }
        state.broadcast(.entry)
        state.broadcast(.drained)
    }

    /// Has one more thread make calls.
    private func help() {
        let needsThread = state.withLock { state in
            state.wanted = min(state.wanted + 1, limit)
            return takesThread(&state)
        }
        if needsThread { makeThread() } else { state.signal(.entry) }
    }

    private func makeThread() {
        let isMade = DetachedThread.startIfPossible(name: "events") { [self] in
            while let step = nextStep() { perform(step) }
        }
        guard !isMade else { return }
        let left = state.withLock { state in
            state.threads -= 1
            return state.threads
        }
        // Nobody would ever deliver anything.
        precondition(left > 0, "no thread for events can be made: the limit of threads is reached")
    }

    /// Waits for a call that is to be made; `nil` when the thread is to end.
    private func nextStep() -> EventQueues.Step? {
        state.withLock { $0.idle += 1 }
        var look: MonotonicInstant?
        let step = state.wait(for: .entry, until: nil) { state -> EventQueues.Step?? in
            // Threads that are quick together only stand in each other's way.
            if !state.isStopped, state.busy == 0 || state.wanted > 0, let step = begin(&state, now: .now, &look) {
                state.idle -= 1
                state.wanted = max(0, state.wanted - 1)
                return .some(step)
            }
            guard state.isStopped || state.threads > limit else { return nil }
            state.idle -= 1
            state.threads -= 1
            return .some(nil)
        }
        lookSooner(look)
        return step ?? nil
    }

    /// Makes a call, and those that are due after it, until there are no more.
    private func perform(_ first: EventQueues.Step) {
        var step = first
        while true {
            let outcome = invoke(step)
            let now = MonotonicInstant.now
            var complaints: [EventQueues.Complaint] = []
            var (wakesPublishers, wakesAnother, needsThread) = (false, false, false)
            var look: MonotonicInstant?
            let next = state.withLock { state -> EventQueues.Step? in
                // A thread that was given up has had its place taken: it is one more now, until it has nothing to do.
                if !state.queues.finish(step.lane, step.token, outcome) { state.threads += 1 }
                if state.queues.hasComplaints { complaints = state.queues.takeComplaints() }
                wakesPublishers = state.publishers > 0
                let isQuick = step.began.duration(to: now) < Self.quick
                if isQuick, state.begun > step.token, state.busy > 1 { return nil }
                guard !state.isStopped, let next = begin(&state, now: now, &look) else { return nil }
                if state.queues.hasWork, !isQuick {
                    state.wanted = min(state.wanted + 1, limit)
                    wakesAnother = state.idle > 0
                    needsThread = takesThread(&state)
                }
                return next
            }
            if wakesPublishers { state.broadcast(.drained) }
            if wakesAnother { state.signal(.entry) }
            if needsThread { makeThread() }
            lookSooner(look)
            say(complaints)
            guard let next else { return }
            step = next
        }
    }

    private func invoke(_ step: EventQueues.Step) -> EventOutcome {
        do throws(PluginError) {
            let handler = step.handler
            return EventOutcome(
                answer: try handler.caller.call(handler.key.plugin, handler.method, step.input, deadline: step.deadline)
            )
        } catch {
            return EventOutcome(error: error)
        }
    }

    // MARK: The watch

    /// Takes the next call, and says when to look after it if that is sooner than somebody would.
    private func begin(
        _ state: inout State,
        now: MonotonicInstant,
        _ look: inout MonotonicInstant?
    ) -> EventQueues.Step? {
        guard let step = state.queues.next(now: now) else { return nil }
        state.begun = step.token
        ask(&state, for: step.deadline.advanced(by: Self.grace), &look)
        lookAtWork(&state, now: now, &look)
        return step
    }

    /// Has somebody look after the work that waits while all threads are busy.
    private func lookAtWork(_ state: inout State, now: MonotonicInstant, _ look: inout MonotonicInstant?) {
        if state.queues.hasWork { ask(&state, for: now.advanced(by: Self.patience), &look) }
    }

    private func ask(_ state: inout State, for moment: MonotonicInstant, _ look: inout MonotonicInstant?) {
        guard moment < state.nextLook else { return }
        state.nextLook = moment
        look = moment
    }

    private func lookSooner(_ moment: MonotonicInstant?) {
        guard let moment else { return }
        if !isWatching.exchange(true, ordering: .relaxed) {
            DetachedThread.start(name: "event-watch") { [self] in keepWatch() }
        }
        watch.withLock { $0 = moment }
        watch.signal(.entry)
    }

    /// Gives up what is late, and has another thread help where one does not get on.
    private func keepWatch() {
        while let next = state.withLock({ $0.isStopped ? nil : $0.nextLook }) {
            _ = watch.wait(for: .entry, until: next) { sooner -> Bool? in
                guard let moment = sooner, moment < next else { return nil }
                sooner = nil
                return true
            }
            let now = MonotonicInstant.now
            let (complaints, isStuck) = state.withLock { state in
                state.threads -= state.queues.cutOff(now: now, grace: Self.grace)
                let isStuck = state.queues.hasWork && state.begun == state.begunBefore
                state.begunBefore = state.begun
                // While nothing runs nobody looks: the next call asks for it.
                state.nextLook = state.queues.nextDeadline?.advanced(by: Self.grace) ?? .distantFuture
                var look: MonotonicInstant?
                lookAtWork(&state, now: now, &look)
                return (state.queues.takeComplaints(), isStuck)
            }
            if !complaints.isEmpty { wake() } else if isStuck { help() }
            say(complaints)
        }
    }

    private func say(_ complaints: [EventQueues.Complaint]) {
        for complaint in complaints {
            let key = complaint.handler.key
            guard let text = limiter.text("the event handler \(key.name): \(complaint.text)", about: key) else {
                continue
            }
            warn(key.plugin, text)
        }
    }
}

extension MonotonicInstant {
    fileprivate static let distantFuture = MonotonicInstant(nanoseconds: .max)
}
