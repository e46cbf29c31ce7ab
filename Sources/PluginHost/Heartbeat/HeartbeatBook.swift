internal import FoundationEssentials

/// What is known of the parts of a host: who has reported, and when (CH-3).
///
/// It looks at no clock.
struct HeartbeatBook: Sendable {
    private struct Entry {
        let interval: Int64
        /// Since when silence counts, on the monotonic clock.
        var since: Int64
        var lastAlive: Date?
        var hasError = false
        /// Whether its silence was noted as an error already.
        var isSilent = false
        var errors: [HeartbeatStatus.Failure] = []
    }

    static let keptErrors = 10
    private static let longestMessage = 1000

    private var entries: [String: Entry] = [:]

    var names: [String] { entries.keys.sorted() }
    func has(_ name: String) -> Bool { entries[name] != nil }

    /// Takes a part in that has to report every so many nanoseconds; one that is here already stays as it is.
    mutating func register(_ name: String, interval: Int64, now: TaskTime) {
        guard entries[name] == nil else { return }
        entries[name] = Entry(interval: interval, since: now.monotonic)
    }

    mutating func unregister(_ name: String) {
        entries[name] = nil
    }

    /// The part is alive, and no longer in error.
    mutating func alive(_ name: String, now: TaskTime) {
        entries[name]?.since = now.monotonic
        entries[name]?.lastAlive = now.date
        entries[name]?.hasError = false
        entries[name]?.isSilent = false
    }

    /// The part is in error until it is alive again; the same error again does not push out the others.
    mutating func fail(_ name: String, _ message: String, now: TaskTime) {
        guard var entry = entries[name] else { return }
        let message = String(LogText.oneLine(message).prefix(Self.longestMessage))
        if entry.hasError, entry.errors.last?.message == message { entry.errors.removeLast() }
        entry.errors.append(HeartbeatStatus.Failure(time: now.date, message: message))
        entry.errors.removeFirst(max(0, entry.errors.count - Self.keptErrors))
        entry.hasError = true
        // Whoever reports an error is not silent.
        entry.since = now.monotonic
        entries[name] = entry
    }

    /// How all parts are; silence that has lasted for twice the interval is noted as an error.
    mutating func status(now: TaskTime) -> HeartbeatStatus {
        for (name, entry) in entries where !entry.isSilent && now.monotonic - entry.since > 2 * entry.interval {
            let seconds = (now.monotonic - entry.since) / 1_000_000_000
            let limit = DurationText.format(.nanoseconds(entry.interval))
            fail(name, "it was silent for \(seconds) s; it should report every \(limit)", now: now)
            entries[name]?.since = entry.since
            entries[name]?.isSilent = true
        }
        let components = entries.sorted { $0.key < $1.key }.map { name, entry in
            HeartbeatStatus.Component(
                name: name,
                state: entry.hasError ? .error : entry.lastAlive == nil ? .unknown : .healthy,
                lastAlive: entry.lastAlive,
                intervalSeconds: Double(entry.interval) / 1e9,
                errors: entry.errors
            )
        }
        return HeartbeatStatus(time: now.date, components: components)
    }
}

extension TaskTime {
    /// The time on the wall.
    var date: Date { Date(timeIntervalSince1970: Double(wall) / 1e9) }
}
