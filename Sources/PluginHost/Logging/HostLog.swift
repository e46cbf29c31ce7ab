package import LinuxSystem
internal import Synchronization

/// Where all that a host and its plugins have to say comes together, each record once (CH-4).
///
/// A record that its level and the limit let pass goes to memory, to the file, to listeners, and to whoever made the host.
/// Writing never waits for the disk. Everything may be called from any thread.
package final class HostLog: Sendable {
    /// Which records are wanted.
    package struct Query: Hashable, Sendable {
        package var plugin: String?
        package var level: LogRecord.Level
        package var count: Int

        package init(plugin: String? = nil, level: LogRecord.Level = .trace, count: Int = 100) {
            self.plugin = plugin
            self.level = level
            self.count = count
        }

        package func wants(_ record: LogRecord) -> Bool {
            record.level >= level && (plugin == nil || record.name == plugin || record.plugin == plugin)
        }
    }

    private struct State {
        var levels: LogLevels
        var limiter: LogLimiter
        var recent: [LogRecord] = []
        var unwritten: [LogRecord] = []
        /// How many records the file has missed since it could last be written.
        var lost = 0
        var claim: FileClaim?
    }

    private static let kept = 2000
    /// A disk that takes nothing must not fill the memory.
    private static let mostUnwritten = 10_000

    private let file: LogFile?
    private let writer = WorkerPool(name: "host-log", limit: 1, isPatient: true)
    private let now: @Sendable () -> MonotonicInstant
    private let sink: @Sendable (LogRecord) -> Void
    private let state: Mutex<State>
    private let listeners = Listeners<LogRecord>()

    /// Creates a log whose records also go to a sink, which must not wait for long.
    package init(
        levels: LogLevels = LogLevels(),
        rate: Int = 500,
        file: LogFile? = nil,
        now: @escaping @Sendable () -> MonotonicInstant = { .now },
        sink: @escaping @Sendable (LogRecord) -> Void
    ) {
        self.file = file
        self.now = now
        self.sink = sink
        state = Mutex(State(levels: levels, limiter: LogLimiter(rate: rate)))
    }

    // MARK: Writing

    /// Takes the file for this host until the log is closed; one that another host writes to is refused.
    ///
    /// Blocks.
    func claim() throws(PluginError) {
        guard
            let claim = try file.flatMap({ (file) throws(PluginError) in
                try FileClaim(file.path, setting: "logFile")
            })
        else { return }
        state.withLock { $0.claim = claim }
    }

    /// Takes a record.
    package func write(_ record: LogRecord) {
        let moment = Int64(clamping: now().nanoseconds)
        let verdict = state.withLock { state -> LogLimiter.Verdict in
            guard record.level >= state.levels.level(of: record.plugin ?? record.name) else { return .drop }
            // What the host says of itself is never dropped; it does not log in loops.
            return record.name == "host" ? .pass : state.limiter.take(record.name, now: moment)
        }
        switch verdict {
        case .drop: return
        case .pass: break
        case .tell(let count): pass(tale(of: count, record.name))
        }
        var record = record
        record.message = LogText.cut(record.message)
        pass(record)
    }

    /// Tells what was dropped and not told yet.
    package func tellDropped() {
        let moment = Int64(clamping: now().nanoseconds)
        for (name, count) in state.withLock({ $0.limiter.takeDropped(now: moment) }) { pass(tale(of: count, name)) }
    }

    private func tale(of count: UInt64, _ name: String) -> LogRecord {
        let rate = state.withLock { $0.limiter.rate }
        return LogRecord(
            .warning,
            "host",
            "\(count) records of \(name) were dropped: it logs more than \(rate) a second, which is the limit (logRate)",
            plugin: name,
            fields: ["dropped": .integer(Int64(clamping: count))]
        )
    }

    private func pass(_ record: LogRecord) {
        let mustWrite = state.withLock { state in
            state.recent.append(record)
            if state.recent.count >= 2 * Self.kept { state.recent.removeFirst(state.recent.count - Self.kept) }
            var mustWrite = false
            if file != nil {
                if state.unwritten.count < Self.mostUnwritten {
                    mustWrite = state.unwritten.isEmpty
                    state.unwritten.append(record)
                } else {
                    state.lost += 1
                }
            }
            return mustWrite
        }
        sink(record)
        listeners.yield(record)
        if mustWrite { writer.perform { [weak self] _ in self?.writeOut() } }
    }

    private func writeOut() {
        guard let file else { return }
        let (records, lost) = state.withLock { state in
            defer { state.unwritten = [] }
            return (state.unwritten, state.lost)
        }
        guard !records.isEmpty else { return }
        do throws(PluginError) {
            guard lost > 0 else { return try file.append(records) }
            let news = LogRecord(
                .warning,
                "host",
                "the log \(file.path) is written again; \(lost) records are missing in it"
            )
            try file.append([news] + records)
            let missed = state.withLock { state in
                defer { state.lost = 0 }
                return state.lost
            }
            // It is in the file already.
            if missed > 0 { show(news) }
        } catch {
            let isFirst = state.withLock { state in
                defer { state.lost += records.count }
                return state.lost == 0
            }
            // Once is enough: it goes on when there is room, and says so.
            guard isFirst else { return }
            show(LogRecord(.error, "host", "records are not kept for the moment: \(error.message)"))
        }
    }

    /// Shows a record everywhere but in the file.
    private func show(_ record: LogRecord) {
        state.withLock { $0.recent.append(record) }
        sink(record)
        listeners.yield(record)
    }

    // MARK: Reading

    /// The last records that are wanted, oldest first, also of earlier runs; it waits for the disk.
    package func recent(_ query: Query) -> [LogRecord] {
        let inMemory = state.withLock { state in Array(state.recent.filter(query.wants).suffix(query.count)) }
        guard inMemory.count < query.count, let file else { return inMemory }
        let done = Monitor<[LogRecord]?>(nil)
        writer.perform { _ in
            let records = (try? file.recent(query.count, where: query.wants)) ?? []
            done.withLock { $0 = records }
            done.signal(.drained)
        }
        let inFile = done.wait(for: .drained, until: .now.advanced(by: .seconds(10))) { $0 } ?? []
        return inFile.count >= inMemory.count ? inFile : inMemory
    }

    /// The records from now on; a listener that is slow loses the oldest.
    package func records() -> AsyncStream<LogRecord> { listeners.stream() }

    // MARK: Levels

    /// The levels that hold now.
    package var levels: LogLevels { state.withLock { $0.levels } }

    /// Sets the level of a name, or of all that have none of their own; `nil` takes the level of a name back.
    package func setLevel(_ level: LogRecord.Level?, of name: String?) {
        state.withLock { state in
            if let name { state.levels.byName[name] = level } else if let level { state.levels.standard = level }
        }
    }

    /// Removes files beyond the number to keep.
    package func removeSurplus() throws(PluginError) {
        try file?.removeSurplus()
    }

    /// Tells what is to be told, writes what is not written, and ends all streams.
    package func close() {
        tellDropped()
        let done = Monitor(false)
        writer.perform { _ in
            done.withLock { $0 = true }
            done.signal(.drained)
        }
        _ = done.wait(for: .drained, until: .now.advanced(by: .seconds(2))) { $0 ? true : nil }
        writer.stop()
        state.withLock { $0.claim = nil }
        listeners.finish()
    }
}
