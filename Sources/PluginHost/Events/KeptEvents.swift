internal import LinuxSystem
internal import Synchronization

/// Keeps events on disk, some milliseconds after they were sent: what they are about is often not over before.
///
/// Those that come meanwhile are written together.
final class KeptEvents: Sendable {
    /// How long the first of several waits.
    private static let delay = Duration.milliseconds(10)

    private let file: EventLog
    private let storage: WorkerPool
    private let loop: EventLoop
    private let log: @Sendable (LogRecord) -> Void
    private let unwritten = Mutex<[PluginEvent]>([])
    private let hasComplained = Atomic(false)

    /// Writes on a thread of the storage; the loop is the one on whose thread most events are sent.
    init(
        _ file: EventLog,
        on storage: WorkerPool,
        loop: EventLoop,
        log: @escaping @Sendable (LogRecord) -> Void
    ) {
        self.file = file
        self.storage = storage
        self.loop = loop
        self.log = log
    }

    /// Keeps an event.
    func keep(_ event: PluginEvent) {
        let isFirst = unwritten.withLock { events in
            events.append(event)
            return events.count == 1
        }
        guard isFirst else { return }
        guard loop.isCurrent else { return write() }
        _ = loop.schedule(at: .now.advanced(by: Self.delay)) { [weak self] in self?.write() }
    }

    /// Has what is there written now.
    func write() {
        storage.perform { [self] _ in
            let events = unwritten.withLock { events in
                defer { events = [] }
                return events
            }
            guard !events.isEmpty else { return }
            do throws(PluginError) {
                try file.append(events)
                guard hasComplained.exchange(false, ordering: .relaxed) else { return }
                log(LogRecord(.info, "host", "events are kept again; some are missing"))
            } catch {
                // Once is enough, until it has gone well again: a full disk would fill the log as well.
                guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
                log(LogRecord(.error, "host", "events are no longer kept: \(error.message)"))
            }
        }
    }

    /// The last events, oldest first; those of earlier runs too.
    func recent(_ count: Int) async -> [PluginEvent] {
        write()
        return await storage.run { [file] in (try? file.recent(count)) ?? [] }
    }
}
