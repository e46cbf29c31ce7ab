internal import LinuxSystem
internal import PluginHost
internal import Synchronization
internal import struct FoundationEssentials.Date

/// Asks a host for what the live view shows, over connections that come back when the host does.
///
/// One thread asks for the figures, at the interval and soon after each event; another one waits for events; a third one, while a
/// log is shown, for its records. Commands take threads of their own, for a reload may take its time.
final class TopLink: Sendable {
    /// The least time between two questions.
    private static let pause = Duration.milliseconds(100)
    private static let retry = Duration.milliseconds(500)

    private struct State: Sendable {
        var isStopped = false
        var isWanted = false
        /// The plugin whose log is followed, and a number for each time that one is begun.
        var followed: (id: String, turn: Int)?
        var turn = 0
        var hangUps: [Int: @Sendable () -> Void] = [:]
    }

    private let path: String
    private let interval: Duration
    private let deliver: @Sendable (TopNews) -> Void
    private let state = Monitor(State())

    init(path: String, interval: Duration, deliver: @escaping @Sendable (TopNews) -> Void) {
        self.path = path
        self.interval = interval
        self.deliver = deliver
    }

    /// Begins to ask.
    func start() {
        DetachedThread.start(name: "top-figures") { [self] in askForFigures() }
        DetachedThread.start(name: "top-events") { [self] in followEvents() }
    }

    /// Ends all connections.
    func stop() {
        let hangUps = state.withLock { state in
            state.isStopped = true
            return Array(state.hangUps.values)
        }
        for hangUp in hangUps { hangUp() }
        state.broadcast(.entry)
    }

    /// Asks for the figures soon.
    func poll() {
        state.withLock { $0.isWanted = true }
        state.broadcast(.entry)
    }

    // MARK: Figures

    private func askForFigures() {
        var client: ControlClient?
        while !isStopped {
            do throws(ControlClientError) {
                var connected: ControlClient
                if let client { connected = client } else { connected = try ControlClient(path: path) }
                let status: HostStatus = try connected.request("status").result()
                client = connected
                deliver(.status(status, .now))
            } catch {
                client = nil
                deliver(.lost(Self.reason(error), Date()))
            }
            // So many events a second there may be, so many questions there must not be.
            sleep(Self.pause)
            sleep(client == nil ? min(Self.retry, interval) : interval - Self.pause, orUntilWanted: true)
        }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func sleep(_ time: Duration, orUntilWanted wakes: Bool = false) {
        _ = state.wait(for: .entry, until: .now.advanced(by: max(.zero, time))) { state -> Void? in
            guard state.isStopped || wakes && state.isWanted else { return nil }
            return ()
        }
        if wakes { state.withLock { $0.isWanted = false } }
    }

    static func reason(_ error: ControlClientError) -> String {
        switch error {
        case .noHost(_, let reason): reason
        case .broken(let message): message
        case .refused(let error): error.message
        }
    }

    // MARK: Events and records

    private func followEvents() {
        while !isStopped {
            try? connected { (client) throws(ControlClientError) in
                deliver(.events(try client.request("events.follow").result()))
                while !isStopped {
                    guard let event = try client.notification("event", as: PluginEvent.self) else { continue }
                    deliver(.events([event]))
                    // These change nothing that is shown.
                    if ![.custom, .heartbeat].contains(event.event) { poll() }
                }
            }
            sleep(Self.retry)
        }
    }

    /// Begins to follow the log of a plugin, in place of any other.
    func follow(_ id: String) {
        unfollow()
        let turn = state.withLock { state in
            state.turn += 1
            state.followed = (id, state.turn)
            return state.turn
        }
        DetachedThread.start(name: "top-log") { [self] in
            var isAgain = false
            while isFollowing(turn) {
                try? connected(turn) { (client) throws(ControlClientError) in
                    let lines = JSONValue.integer(isAgain ? 1 : Int64(TopModel.keptRecords / 2))
                    let past: [LogRecord] = try client.request("logs.follow", ["plugin": .string(id), "lines": lines])
                        .result()
                    if !isAgain { deliver(.records(past, of: id)) }
                    isAgain = true
                    while isFollowing(turn) {
                        if let record = try client.notification("record", as: LogRecord.self) {
                            deliver(.records([record], of: id))
                        }
                    }
                }
                if isFollowing(turn) { sleep(Self.retry) }
            }
        }
    }

    /// Follows no log any more.
    func unfollow() {
        let hangUp = state.withLock { state -> (@Sendable () -> Void)? in
            guard let turn = state.followed?.turn else { return nil }
            state.followed = nil
            return state.hangUps[turn]
        }
        hangUp?()
    }

    private func isFollowing(_ turn: Int) -> Bool {
        state.withLock { !$0.isStopped && $0.followed?.turn == turn }
    }

    /// Does something over a connection that ``stop()`` ends, and that a turn's end does.
    private func connected(
        _ turn: Int = 0,
        _ body: (inout ControlClient) throws(ControlClientError) -> Void
    ) throws(ControlClientError) {
        var client = try ControlClient(path: path)
        let hangUp = client.hangUp
        let isOver = state.withLock { state in
            state.hangUps[turn] = hangUp
            return state.isStopped || turn > 0 && state.followed?.turn != turn
        }
        defer { state.withLock { $0.hangUps[turn] = nil } }
        if !isOver { try body(&client) }
    }

    // MARK: Commands

    /// Has the host do something, and tells how it went.
    func reload(_ id: String) {
        command { (client) throws(ControlClientError) in
            let results: [ReloadResult] = try client.request("reload", ["plugins": .array([.string(id)])]).result()
            return results.first.map(ReloadText.of) ?? "nothing was reloaded"
        }
    }

    /// Rolls a plugin back, and tells how it went.
    func rollBack(_ id: String) {
        command { (client) throws(ControlClientError) in
            ReloadText.of(try client.request("rollback", ["plugin": .string(id)]).result())
        }
    }

    private func command(_ body: @escaping @Sendable (inout ControlClient) throws(ControlClientError) -> String) {
        DetachedThread.start(name: "top-command") { [self] in
            do throws(ControlClientError) {
                var client = try ControlClient(path: path)
                deliver(.answer(try body(&client)))
            } catch {
                deliver(.answer("failed: \(Self.reason(error))"))
            }
            poll()
        }
    }
}
