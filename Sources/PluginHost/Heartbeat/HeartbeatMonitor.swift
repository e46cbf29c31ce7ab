internal import LinuxSystem
internal import Synchronization

/// Watches over the parts of a host (CH-3).
///
/// Parts report that they are alive, or an error; those with a check are asked at each beat. Everything may be called from
/// any thread, and nothing but ``beat()`` waits.
final class HeartbeatMonitor: Sendable {
    /// Asks a part how it is; it is told by calling what is given, with an error or with `nil`, from wherever and whenever.
    ///
    /// A part that has not answered is not asked again.
    typealias Check = @Sendable (_ report: @escaping @Sendable (String?) -> Void) -> Void

    private struct State {
        var book = HeartbeatBook()
        var checks: [String: (number: UInt64, ask: Check)] = [:]
        /// The numbers of those that have not answered.
        var asked: [String: UInt64] = [:]
        var lastNumber: UInt64 = 0
        var last = HeartbeatStatus.State.unknown
    }

    let interval: Duration
    /// Beyond that a beat does not wait for answers; they count when they come.
    private let patience: Duration
    private let now: @Sendable () -> TaskTime
    private let publish: @Sendable (PluginEvent) -> Void
    private let state = Monitor(State())

    init(
        interval: Duration,
        patience: Duration = .seconds(2),
        now: @escaping @Sendable () -> TaskTime = { .now },
        publish: @escaping @Sendable (PluginEvent) -> Void
    ) {
        self.interval = interval
        self.patience = patience
        self.now = now
        self.publish = publish
    }

    /// Takes a part in, which has to report in the given interval, by default that of the beats.
    ///
    /// A name that is taken is an error with the code `conflict`.
    func register(_ name: String, interval: Duration? = nil, check: Check? = nil) throws(PluginError) {
        let interval = interval ?? self.interval
        guard interval > .zero else {
            let text = DurationText.format(interval)
            throw PluginError(
                code: .badConfiguration,
                message: "'\(name)' can't report every \(text); name a longer time"
            )
        }
        let now = now()
        try state.withLock { (state) throws(PluginError) in
            guard !state.book.has(name) else {
                throw PluginError(
                    code: .conflict,
                    message: "there is a part '\(name)' of the heartbeat already; choose another name"
                )
            }
            state.book.register(name, interval: interval.wholeNanoseconds, now: now)
            state.lastNumber += 1
            state.checks[name] = check.map { (state.lastNumber, $0) }
        }
    }

    func unregister(_ name: String) {
        state.withLock { state in
            state.book.unregister(name)
            state.checks[name] = nil
            state.asked[name] = nil
        }
        state.broadcast(.drained)
    }

    /// Takes note that a part is alive.
    func alive(_ name: String) {
        let now = now()
        state.withLock { $0.book.alive(name, now: now) }
    }

    /// Takes note of an error of a part.
    func fail(_ name: String, _ message: String) {
        let now = now()
        state.withLock { $0.book.fail(name, message, now: now) }
    }

    func has(_ name: String) -> Bool { state.withLock { $0.book.has(name) } }

    var names: [String] { state.withLock { $0.book.names } }

    /// How everything is, as far as it is known now.
    func status() -> HeartbeatStatus {
        let now = now()
        return state.withLock { $0.book.status(now: now) }
    }

    /// Asks all parts, waits a little for their answers, and publishes how they are.
    @discardableResult
    func beat() -> HeartbeatStatus {
        let checks = state.withLock { state in
            let checks = state.checks.filter { state.asked[$0.key] == nil }
            for (name, check) in checks { state.asked[name] = check.number }
            return checks
        }
        for (name, check) in checks {
            check.ask { [weak self] error in self?.take(error, of: name, check.number) }
        }
        let deadline = MonotonicInstant.now.advanced(by: patience)
        _ = state.wait(for: .drained, until: deadline) { $0.asked.isEmpty ? true : nil }
        let status = status()
        let last = state.withLock { state in
            defer { state.last = status.state }
            return state.last
        }
        var event = PluginEvent(.heartbeat)
        event.new = status.state.rawValue
        if last != status.state { event.old = last.rawValue }
        event.success = status.state == .healthy
        event.reason = status.summary
        let failed = status.components.filter { $0.state == .error }
        if !failed.isEmpty {
            event.error = failed.map { "\($0.name): \($0.errors.last?.message ?? "")" }.joined(separator: "; ")
        }
        publish(event)
        return status
    }

    private func take(_ error: String?, of name: String, _ number: UInt64) {
        // Another part may have the name by now.
        let isAsked = state.withLock { state in
            guard state.asked[name] == number else { return false }
            state.asked[name] = nil
            return true
        }
        guard isAsked else { return }
        if let error { fail(name, error) } else { alive(name) }
        state.broadcast(.drained)
    }
}
