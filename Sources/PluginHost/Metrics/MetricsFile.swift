internal import LinuxSystem
internal import Synchronization

/// The file that metrics are left in, for the text collector of node_exporter.
///
/// It is replaced as a whole by a rename. The name meanwhile begins with a dot and does not end with `.prom`, so that the
/// collector passes it by; the file is readable for all, as the collector runs as another user.
final class MetricsFile: Sendable {
    private let path: String
    private let log: @Sendable (LogRecord) -> Void
    private let hasFailed = Mutex(false)

    init(path: String, log: @escaping @Sendable (LogRecord) -> Void) {
        self.path = path
        self.log = log
        AtomicFile.removeLeftovers(of: path)
    }

    /// Replaces the file; what fails is told once, until it goes well again.
    func write(_ text: String) {
        do throws(SystemCallError) {
            try AtomicFile.publish(path, Array(text.utf8))
            let isBack = hasFailed.withLock { hasFailed in
                defer { hasFailed = false }
                return hasFailed
            }
            if isBack { log(LogRecord(.info, "host", "the metrics are written to \(path) again")) }
        } catch {
            let isFirst = hasFailed.withLock { hasFailed in
                defer { hasFailed = true }
                return !hasFailed
            }
            guard isFirst else { return }
            let remedy = "see that its directory is there and may be written to"
            log(LogRecord(.error, "host", "the metrics can't be written to \(path): \(error.reason); \(remedy)"))
        }
    }
}
