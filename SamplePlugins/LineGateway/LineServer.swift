internal import Glibc
internal import Synchronization

/// A Unix socket whose clients send and get lines; one thread waits for all of them.
///
/// Each connection is a conversation with a number of its own.
final class LineServer: Sendable {
    /// What went wrong, and with what.
    struct Failure: Error {
        let message: String

        init(_ what: String) { message = "\(what): \(String(cString: strerror(errno)))" }
    }

    private struct Connection {
        let number: Int
        var line: [UInt8] = []
    }

    private struct State {
        var listener: CInt = -1
        var inode: ino_t = 0
        var connections: [CInt: Connection] = [:]
        var nextNumber: Int
        var isPaused = false
        var isStopped = false
        var thread: pthread_t?
    }

    /// A line that is longer is cut there, so that nobody fills the memory without ever ending one.
    private static let longestLine = 64 * 1024
    private static let mostConnections = 64

    private let path: String
    private let state: Mutex<State>
    /// Held while the thread does what has come.
    private let turn = Mutex(())
    private let onLine: @Sendable (_ conversation: Int, _ line: String) -> Void

    /// Makes a server whose first conversation has this number.
    init(path: String, firstNumber: Int, onLine: @escaping @Sendable (Int, String) -> Void) {
        self.path = path
        self.onLine = onLine
        state = Mutex(State(nextNumber: firstNumber))
    }

    /// The number that the next conversation will have.
    var nextNumber: Int { state.withLock { $0.nextNumber } }

    // MARK: Life

    /// Makes the socket in place of one that another generation has left there, and listens.
    func start() throws {
        try state.withLock { try listen(&$0) }
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<LineServer>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        guard code == 0 else {
            errno = code
            throw Failure("no thread can be made")
        }
        state.withLock { $0.thread = thread }
    }

    /// Returns when what has come is done; what comes from then on waits in the kernel, clients that connect too.
    func pause() {
        state.withLock { $0.isPaused = true }
        turn.withLock { _ in }
    }

    /// Goes on after a pause.
    func resume() { state.withLock { $0.isPaused = false } }

    /// Ends all conversations, removes the socket if it is still this one's, and waits for the end of the thread.
    func stop() {
        let thread = state.withLock { state -> pthread_t? in
            state.isStopped = true
            for descriptor in state.connections.keys { shutdown(descriptor, CInt(SHUT_RDWR)) }
            if inodeAtPath() == state.inode { unlink(path) }
            shutdown(state.listener, CInt(SHUT_RDWR))
            defer { state.thread = nil }
            return state.thread
        }
        // The host goes on in the belief that nothing of a plugin that was stopped runs any more.
        if let thread { pthread_join(thread, nil) }
    }

    /// Binds under another name and renames, so that there is a socket at the path at any moment.
    private func listen(_ state: inout State) throws {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket can be made") }
        let fresh = "\(path).new"
        unlink(fresh)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard fresh.utf8.count < room else {
            close(descriptor)
            errno = ENAMETOOLONG
            throw Failure(path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: fresh.utf8) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound, Glibc.listen(descriptor, 16) == 0, rename(fresh, path) == 0 else {
            let failure = Failure("\(path) can't be listened on")
            close(descriptor)
            throw failure
        }
        if state.listener >= 0 { close(state.listener) }
        state.listener = descriptor
        state.inode = inodeAtPath()
    }

    private func inodeAtPath() -> ino_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : 0
    }

    // MARK: Lines

    /// Writes a line to a conversation, or to all; says to how many.
    func write(_ line: String, to conversation: Int?) -> Int {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        return state.withLock { state in
            state.connections.count { descriptor, connection in
                guard conversation == nil || conversation == connection.number else { return false }
                // Who does not read loses the line, and nobody waits for them.
                return Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
                    == bytes.count
            }
        }
    }

    private func run() {
        while var waited = descriptors() {
            // In a pause nothing is waited for but its end.
            let count = poll(&waited, nfds_t(waited.count), waited.isEmpty ? 50 : 1000)
            turn.withLock { _ in
                guard !state.withLock({ $0.isPaused }) else { return }
                // Now and then there is a look whether the socket is still there: a generation that failed may have taken it.
                if count == 0 { repair() }
                for (index, entry) in waited.enumerated() where entry.revents != 0 {
                    if index == 0 { accept(entry.fd) } else { read(entry.fd) }
                }
            }
        }
        state.withLock { state in
            for descriptor in state.connections.keys { close(descriptor) }
            close(state.listener)
            state.connections = [:]
        }
    }

    /// What to wait for, the listener first; nothing in a pause, and `nil` after the stop.
    private func descriptors() -> [pollfd]? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            guard !state.isPaused else { return [] }
            return ([state.listener] + state.connections.keys).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
        }
    }

    private func repair() {
        state.withLock { state in
            if !state.isStopped, inodeAtPath() == 0 { try? listen(&state) }
        }
    }

    private func accept(_ listener: CInt) {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let isTaken = state.withLock { state in
            guard !state.isStopped, state.connections.count < Self.mostConnections else { return false }
            state.connections[descriptor] = Connection(number: state.nextNumber)
            state.nextNumber += 1
            return true
        }
        if !isTaken { close(descriptor) }
    }

    private func read(_ descriptor: CInt) {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else {
            state.withLock { $0.connections[descriptor] = nil }
            close(descriptor)
            return
        }
        let (number, lines) = state.withLock { state -> (Int, [String]) in
            var lines: [String] = []
            guard var connection = state.connections[descriptor] else { return (0, []) }
            for byte in piece.prefix(count) {
                if byte == UInt8(ascii: "\n") {
                    lines.append(String(decoding: connection.line, as: UTF8.self))
                    connection.line = []
                } else if connection.line.count < Self.longestLine {
                    connection.line.append(byte)
                }
            }
            state.connections[descriptor] = connection
            return (connection.number, lines)
        }
        for line in lines where !line.isEmpty { onLine(number, line) }
    }
}
