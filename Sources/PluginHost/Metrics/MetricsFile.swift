internal import LinuxSystem
internal import Synchronization

/// The file that metrics are left in, for the text collector of node_exporter.
///
/// It is replaced as a whole by a rename. The name meanwhile begins with a dot and does not end with `.prom`, so that the
/// collector passes it by; the file is readable for all, as the collector runs as another user. All functions block.
final class MetricsFile: Sendable {
    private struct State {
        var hasFailed = false
        var isWritten = false
        var isClosed = false
        var claim: FileClaim?
    }

    let path: String
    private let calls: FileCalls
    private let log: @Sendable (LogRecord) -> Void
    /// Held while the file is written or removed: one that was taken away must not come back.
    private let state = Mutex(State())

    init(path: String, calls: FileCalls = .live, log: @escaping @Sendable (LogRecord) -> Void) {
        self.path = path
        self.calls = calls
        self.log = log
    }

    /// Takes the file for this host until it is closed; one that another host writes to is refused.
    func claim() throws(PluginError) {
        try state.withLock { state throws(PluginError) in
            if !state.isClosed { state.claim = try FileClaim(path, setting: "metricsFile") }
        }
    }

    /// Replaces the file, until it is closed; what fails is told once, until it goes well again.
    func write(_ text: String) {
        let news = state.withLock { state -> Result<Void, SystemCallError>? in
            guard !state.isClosed else { return nil }
            if !state.isWritten { AtomicFile.removeLeftovers(of: path) }
            state.isWritten = true
            let outcome = Result { () throws(SystemCallError) in
                try AtomicFile.publish(path, Array(text.utf8), calls: calls)
            }
            let failed = if case .failure = outcome { true } else { false }
            defer { state.hasFailed = failed }
            return state.hasFailed == failed ? nil : outcome
        }
        switch news {
        case nil: break
        case .success: log(LogRecord(.info, "host", "the metrics are written to \(path) again"))
        case .failure(let error):
            let remedy = "see that its directory is there and may be written to"
            log(LogRecord(.error, "host", "the metrics can't be written to \(path): \(error.reason); \(remedy)"))
        }
    }

    /// Takes the file away if this host has written it: what is not there any more has no metrics.
    func close() {
        state.withLock { state in
            if state.isWritten, !state.isClosed { try? calls.remove(path) }
            (state.isClosed, state.claim) = (true, nil)
        }
    }
}
