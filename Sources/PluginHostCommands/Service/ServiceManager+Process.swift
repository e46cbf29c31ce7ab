internal import Glibc
internal import LinuxSystem
internal import Synchronization

extension ServiceManager {
    private static let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    /// The manager that this process was started by, if it wants to be told something.
    ///
    /// To be called once, before there are other threads: what this process starts must not speak for it, and gets none of
    /// the variables.
    static func take(
        _ variables: [String: String],
        process: Int32,
        parent: Int32,
        isSupervised: Bool,
        say: @escaping @Sendable (String) -> Void
    ) -> ServiceManager? {
        for name in names { unsafe unsetenv(name) }
        guard isMeant(variables, process: process, parent: isSupervised ? parent : nil),
            let address = variables["NOTIFY_SOCKET"], !address.isEmpty
        else { return nil }
        let socket: NotifySocket
        do throws(SystemCallError) {
            socket = try NotifySocket(address)
        } catch {
            say("plugin-host: the service manager at \(address) can't be told anything: \(error)")
            return nil
        }
        return ServiceManager(watchdog: watchdog(variables, process: process), sending: socket, to: address, say: say)
    }

    private init(
        watchdog: Duration?,
        sending socket: consuming NotifySocket,
        to address: String,
        say: @escaping @Sendable (String) -> Void
    ) {
        let sender = Sender(socket, say: { say("plugin-host: the service manager at \(address) is not told: \($0)") })
        self.init(watchdog: watchdog) { sender.send($0, isUrgent: $1) }
    }

    /// Whether the variables are for this process, and not for one that it was started by.
    static func isMeant(_ variables: [String: String], process: Int32, parent: Int32?) -> Bool {
        guard let meant = variables["SYSTEMD_EXEC_PID"] else { return true }
        return meant == "\(process)" || parent.map { meant == "\($0)" } == true
    }

    /// Within what time this process has to give a sign of life.
    static func watchdog(_ variables: [String: String], process: Int32) -> Duration? {
        if let meant = variables["WATCHDOG_PID"], meant != "\(process)" { return nil }
        guard let microseconds = variables["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return nil }
        return .microseconds(microseconds)
    }
}

/// Sends messages over one socket, and complains once.
private final class Sender: Sendable {
    private let socket: NotifySocket
    private let say: @Sendable (SystemCallError) -> Void
    private let hasComplained = Atomic(false)

    init(_ socket: consuming NotifySocket, say: @escaping @Sendable (SystemCallError) -> Void) {
        self.socket = socket
        self.say = say
    }

    func send(_ message: String, isUrgent: Bool) {
        do throws(SystemCallError) {
            try socket.send(message, waits: !isUrgent)
        } catch {
            guard error.code != EAGAIN || !isUrgent else { return }
            if !hasComplained.exchange(true, ordering: .relaxed) { say(error) }
        }
    }
}
