/// The service manager that has started a host, and wants to be told how that is.
///
/// It is spoken to in the protocol of systemd's `sd_notify`, which others speak as well.
package struct ServiceManager: Sendable {
    /// Sends a message; one that is urgent is rather lost than waited for.
    package var send: @Sendable (_ message: String, _ isUrgent: Bool) -> Void
    /// Within what time the manager wants a sign of life; `nil` if it wants none.
    package var watchdog: Duration?

    package init(watchdog: Duration? = nil, send: @escaping @Sendable (_ message: String, _ isUrgent: Bool) -> Void) {
        self.watchdog = watchdog
        self.send = send
    }

    /// How often a sign of life is given: two that come late in a row are one too many.
    var pingInterval: Duration? { watchdog.map { $0 / 2 } }

    /// Tells that the host serves, or has taken its configuration.
    func ready(_ status: String) { send("READY=1\n\(Self.line(status))", false) }

    /// Tells that the configuration is being read again, since a moment of the monotonic clock.
    func reloading(at nanoseconds: UInt64) { send("RELOADING=1\nMONOTONIC_USEC=\(nanoseconds / 1000)", false) }

    /// Tells that the host is about to end.
    func stopping() { send("STOPPING=1\n\(Self.line("stopping"))", false) }

    /// Gives a sign of life.
    func ping() { send("WATCHDOG=1", true) }

    /// Tells how the host is, in one line.
    func say(_ status: String) { send(Self.line(status), false) }

    private static func line(_ status: String) -> String {
        "STATUS=\(StatusText.oneLine(status))"
    }
}
