internal import Glibc
internal import LinuxSystem
package import PluginHost

/// Lets the clients of this user, and root, control a host over a Unix socket.
package final class ControlServer: Sendable {
    private struct State: Sendable {
        var connections: [UInt64: ControlConnection] = [:]
        var nextID: UInt64 = 0
        var isAccepting = false
        var isStopping = false
    }

    /// Where clients find the socket.
    package let path: String
    private let dispatcher: ControlDispatcher
    private let limits: ControlLimits
    private let listener: SocketListener
    private let room: MessageRoom
    private let peer: PeerUser
    private let startThread: DetachedThread.Starter
    private let state = Monitor(State())

    /// Tells the user at the other end of a connection.
    typealias PeerUser = @Sendable (SocketChannel) -> UInt32?

    /// Makes the socket; clients may connect from now on and are served from ``start()`` on.
    package convenience init(
        path: String,
        host: any HostControl,
        limits: ControlLimits = ControlLimits()
    ) throws(PluginError) {
        try self.init(path: path, dispatcher: ControlDispatcher(host: host), limits: limits)
    }

    /// Makes the socket, for a dispatcher of one's own.
    init(
        path: String,
        dispatcher: ControlDispatcher,
        limits: ControlLimits = ControlLimits(),
        peer: @escaping PeerUser = { $0.peerUser },
        startThread: @escaping DetachedThread.Starter = DetachedThread.startIfPossible
    ) throws(PluginError) {
        self.path = path
        self.peer = peer
        self.startThread = startThread
        self.dispatcher = dispatcher
        self.limits = limits
        room = MessageRoom(limit: limits.sharedBytes, free: limits.freeBytes)
        do throws(SocketListener.Failure) {
            listener = try SocketListener(path: path)
        } catch {
            throw Self.explain(error, path)
        }
    }

    deinit { listener.removeFile() }

    /// Begins to serve.
    package func start() {
        state.withLock { $0.isAccepting = true }
        DetachedThread.start(name: "control") { [self] in
            acceptClients()
            state.withLock { $0.isAccepting = false }
            state.broadcast(.drained)
        }
    }

    /// Removes the socket, lets the requests that are being worked on end, and says how many have not by the deadline.
    @discardableResult
    package func stop(within time: Duration = .seconds(5)) async -> Int {
        listener.removeFile()
        listener.wake()
        let connections = state.withLock { state in
            state.isStopping = true
            return Array(state.connections.values)
        }
        for connection in connections { connection.stop() }
        let deadline = MonotonicInstant.now.advanced(by: time)
        return await Blocking.run("control-stop") { [state] in
            let done = state.wait(for: .drained, until: deadline) { state in
                state.connections.isEmpty && !state.isAccepting ? 0 : nil
            }
            return done ?? state.withLock { $0.connections.count }
        }
    }

    private func acceptClients() {
        while true {
            do throws(SystemCallError) {
                switch try listener.accept() {
                case .channel(let channel): serve(channel)
                case .none: continue
                case .woken: return
                }
            } catch {
                return
            }
        }
    }

    private func serve(_ channel: SocketChannel) {
        // The mode of the socket says the same; this holds on file systems that ignore it, and after a chmod.
        guard let user = peer(channel), user == geteuid() || user == 0 else {
            return refuse(channel, PluginError(code: .unauthorised, message: "this host belongs to another user"))
        }
        let connection = ControlConnection(channel: channel, dispatcher: dispatcher, limits: limits, room: room)
        let id: UInt64? = state.withLock { state in
            guard !state.isStopping, state.connections.count < limits.connections else { return nil }
            state.nextID += 1
            state.connections[state.nextID] = connection
            return state.nextID
        }
        guard let id else {
            let message = "the host serves \(limits.connections) clients already; try again later"
            return refuse(channel, PluginError(code: .busy, message: message))
        }
        let isStarted = startThread("control-\(id)") { [self] in
            connection.run()
            forget(id)
        }
        guard !isStarted else { return }
        forget(id)
        let message = "the host can have no more threads; end something, or raise its limit of processes"
        refuse(channel, PluginError(code: .exhausted, message: message))
    }

    private func forget(_ connection: UInt64) {
        state.withLock { $0.connections[connection] = nil }
        state.broadcast(.drained)
    }

    /// Tells a client why it is not served, as far as that goes without waiting.
    private func refuse(_ channel: SocketChannel, _ error: PluginError) {
        _ = try? channel.send(ControlMessage.failure(of: .null, ControlError(error)))
    }

    private static func explain(_ failure: SocketListener.Failure, _ path: String) -> PluginError {
        switch failure {
        case .inUse:
            PluginError(
                code: .busy,
                message: "a host is listening at \(path) already; stop it, or choose another path with --socket"
            )
        case .notASocket:
            PluginError(
                code: .storage,
                message: "\(path) is there and is no socket; remove it, or choose another path with --socket"
            )
        case .system(let error) where error.code == ENAMETOOLONG:
            PluginError(
                code: .badConfiguration,
                message: "the path of a socket has at most 107 bytes: \(path); choose a shorter one with --socket"
            )
        case .system(let error):
            PluginError(code: .storage, message: "the control socket \(path) can't be made: \(error)")
        }
    }
}
