internal import CLinux
internal import Glibc
internal import Synchronization

/// One thread that waits for descriptors, times and jobs, and does nothing else.
///
/// An actor that takes a loop for its executor runs on the loop's thread, and so do all handlers: from a handler,
/// `assumeIsolated` reaches the actor without a hop. Nothing that runs here may block. While nothing happens the
/// thread sleeps in the kernel and is never woken.
///
/// The thread keeps the loop alive until ``stop()``.
package final class EventLoop: SerialExecutor, Sendable {
    /// What a descriptor is ready for.
    package struct Readiness: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Something can be read, if only the end.
        package static let readable = Readiness(rawValue: CLINUX_EPOLLIN)
        /// Something can be written.
        package static let writable = Readiness(rawValue: CLINUX_EPOLLOUT)
        /// The other end is gone; always reported.
        package static let hangUp = Readiness(rawValue: CLINUX_EPOLLHUP)
        /// The descriptor has failed; always reported.
        package static let failed = Readiness(rawValue: CLINUX_EPOLLERR)
        /// Asks for one report of each change, which nobody has to take away.
        package static let changes = Readiness(rawValue: CLINUX_EPOLLET)
    }

    /// A descriptor that the loop waits for.
    package struct Registration: Hashable, Sendable {
        let id: UInt64
    }

    /// A moment that the loop waits for.
    package struct TimerID: Hashable, Sendable {
        let id: UInt64
    }

    private static let wakeTag: UInt64 = 0
    private static let timerTag: UInt64 = 1

    private let name: String
    private let epoll: Epoll
    private let wake: EventDescriptor
    private let alarm: TimerDescriptor
    private let queue = Mutex(JobQueue())
    /// Only the loop's thread takes this lock, so it never waits; it is what lets the compiler check the sharing.
    private let waiting = Mutex(Waiting())
    /// The thread that runs the loop, or zero.
    private let thread = Atomic<UInt>(0)
    /// The first thread, until somebody joins or detaches it.
    private let joinable = Mutex<pthread_t?>(nil)

    /// Starts the thread.
    package init(name: String) throws(SystemCallError) {
        self.name = name
        epoll = try Epoll()
        wake = try EventDescriptor()
        alarm = try TimerDescriptor()
        // Edge-triggered: each signal and each alarm is one wake-up, and neither has to be read.
        let mask = CLINUX_EPOLLIN | CLINUX_EPOLLET
        try epoll.add(wake.descriptor.number, mask: mask, tag: Self.wakeTag)
        try epoll.add(alarm.descriptor.number, mask: mask, tag: Self.timerTag)
        let first = try startThread()
        joinable.withLock { $0 = first }
    }

    // MARK: From any thread

    /// Whether the caller runs on the loop's thread.
    package var isCurrent: Bool { thread.load(ordering: .acquiring) == pthread_self() }

    /// Runs a body on the loop's thread, after everything that was given to the loop before.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        enqueue(.body(body))
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        enqueue(.job(UnownedJob(job)))
    }

    package func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    package func checkIsolated() {
        precondition(isCurrent, "not on the thread of the event loop \(name)")
    }

    /// Ends the thread once the jobs that are queued have run, and waits for that if called from another thread.
    ///
    /// Handlers are let go without being called. Jobs that come later still run, one after the other, on a thread made
    /// for them: an actor stays usable when its loop has ended.
    package func stop() {
        if queue.withLock({ $0.stop() }) { wake.signal() }
        guard let first = joinable.withLock({ $0.take() }) else { return }
        if isCurrent {
            pthread_detach(first)
        } else {
            pthread_join(first, nil)
        }
    }

    private func enqueue(_ item: JobQueue.Item) {
        switch queue.withLock({ $0.append(item) }) {
        case .nothing: break
        case .signal: wake.signal()
        case .startThread:
            // Without a thread, the job waits until there is one for the next job.
            guard let late = try? startThread() else { return queue.withLock { $0.threadIsMissing() } }
            pthread_detach(late)
        }
    }

    // MARK: On the loop's thread

    /// Waits for a descriptor until cancelled; the handler gets what the descriptor is ready for.
    ///
    /// The descriptor stays the caller's, and must be cancelled here before it is closed.
    package func watch(
        _ descriptor: CInt,
        for readiness: Readiness,
        handler: @escaping @Sendable (Readiness) -> Void
    ) throws(SystemCallError) -> Registration {
        checkIsolated()
        let id = waiting.withLock { $0.makeID() }
        try epoll.add(descriptor, mask: readiness.rawValue, tag: id)
        waiting.withLock { $0.watches[id] = Watch(descriptor: descriptor, handler: handler) }
        return Registration(id: id)
    }

    /// Changes what a descriptor is waited for.
    package func update(_ registration: Registration, for readiness: Readiness) throws(SystemCallError) {
        checkIsolated()
        guard let watch = waiting.withLock({ $0.watches[registration.id] }) else { return }
        try epoll.modify(watch.descriptor, mask: readiness.rawValue, tag: registration.id)
    }

    /// Stops waiting for a descriptor; its handler is not called again.
    package func cancel(_ registration: Registration) {
        checkIsolated()
        guard let watch = waiting.withLock({ $0.watches.removeValue(forKey: registration.id) }) else { return }
        // A descriptor that was closed too early has left the set by itself.
        try? epoll.remove(watch.descriptor)
    }

    /// Calls the handler once, at the moment or soon after it.
    package func schedule(at instant: MonotonicInstant, handler: @escaping @Sendable () -> Void) -> TimerID {
        checkIsolated()
        return waiting.withLock {
            let id = $0.makeID()
            $0.timers.add(id: id, at: instant, handler: handler)
            return TimerID(id: id)
        }
    }

    /// Takes a timer back; nothing happens if it has fired.
    package func cancel(_ timer: TimerID) {
        checkIsolated()
        // The handler may own what schedules on this loop: it is let go after the lock.
        _ = waiting.withLock { $0.timers.remove(id: timer.id) }
    }

    private func run() {
        thread.store(pthread_self(), ordering: .releasing)
        _ = unsafe clinux_name_thread(name.cut(toUTF8Count: 15))
        var batch: [JobQueue.Item] = []
        var events = Epoll.Events()
        while true {
            runJobs(&batch)
            fireTimers()
            let pause = queue.withLock { $0.pause() }
            if pause == .end { break }
            do throws(SystemCallError) {
                if pause == .sleep { try armAlarm() }
                try epoll.wait(blocking: pause == .sleep, into: &events)
            } catch {
                preconditionFailure("the event loop \(name) can't wait: \(error)")
            }
            if pause == .sleep { queue.withLock { $0.awake() } }
            dispatch(events)
        }
        // A thread for late jobs may have taken over already.
        _ = thread.compareExchange(expected: pthread_self(), desired: 0, ordering: .acquiringAndReleasing)
    }

    /// Runs what is queued, but not for ever: jobs that make jobs must not keep descriptors waiting.
    private func runJobs(_ batch: inout [JobQueue.Item]) {
        var ran = 0
        while ran < 256 {
            queue.withLock { $0.exchange(&batch) }
            if batch.isEmpty {
                // What the handlers own is let go while jobs can still be queued by it.
                guard queue.withLock({ $0.isStopping }), let dropped = waiting.withLock({ $0.dropAll() }) else {
                    return
                }
                for watch in dropped.watches.values { try? epoll.remove(watch.descriptor) }
                continue
            }
            ran += batch.count
            for item in batch {
                switch item {
                case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                case .body(let body): body()
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }

    private func fireTimers() {
        guard let limit = waiting.withLock({ $0.timers.count == 0 ? nil : $0.nextID }) else { return }
        let now = MonotonicInstant.now
        while let handler = waiting.withLock({ $0.timers.popDue(now: now, before: limit) }) { handler() }
    }

    private func armAlarm() throws(SystemCallError) {
        let (next, isArmed) = waiting.withLock { waiting in
            let next = waiting.timers.next()
            defer { waiting.armed = next }
            return (next, waiting.armed == next)
        }
        if !isArmed { try alarm.arm(at: next) }
    }

    private func dispatch(_ events: Epoll.Events) {
        for index in 0..<events.count {
            let (tag, mask) = events[index]
            if tag == Self.timerTag { waiting.withLock { $0.armed = nil } }
            // An earlier handler may have cancelled this one.
            guard let handler = waiting.withLock({ $0.watches[tag]?.handler }) else { continue }
            handler(Readiness(rawValue: mask))
        }
    }

    private func startThread() throws(SystemCallError) -> pthread_t {
        var number = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &number,
            nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            },
            context.toOpaque()
        )
        guard code == 0 else {
            unsafe context.release()
            throw SystemCallError(call: "pthread_create", code: code)
        }
        return number
    }
}

extension EventLoop {
    private struct Watch: Sendable {
        let descriptor: CInt
        let handler: @Sendable (Readiness) -> Void
    }

    /// What the loop's thread waits for.
    private struct Waiting {
        var watches: [UInt64: Watch] = [:]
        var timers = Timers()
        /// When the alarm will ring, as far as is known.
        var armed: MonotonicInstant?
        /// The loop's own two descriptors have the ids below.
        private(set) var nextID: UInt64 = 2

        mutating func makeID() -> UInt64 {
            defer { nextID += 1 }
            return nextID
        }

        /// Empties everything, and gives it to the caller to be let go outside of the lock; `nil` if there is nothing.
        mutating func dropAll() -> (watches: [UInt64: Watch], timers: Timers)? {
            guard !watches.isEmpty || timers.count > 0 else { return nil }
            defer {
                watches = [:]
                timers = Timers()
            }
            return (watches, timers)
        }
    }
}

extension String {
    /// The characters from the start that fit into so many bytes.
    fileprivate func cut(toUTF8Count limit: Int) -> String {
        var result = ""
        for character in self where result.utf8.count + character.utf8.count <= limit { result.append(character) }
        return result
    }
}
