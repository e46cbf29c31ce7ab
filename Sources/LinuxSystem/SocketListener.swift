internal import CLinux
internal import Glibc

/// A socket in the file system that clients connect to.
package final class SocketListener: Sendable {
    /// Why there is no listener at a path.
    package enum Failure: Error, Hashable {
        /// Somebody is listening there already.
        case inUse
        /// There is something at the path that is no socket.
        case notASocket
        /// A system call failed.
        case system(SystemCallError)
    }

    /// What a wait for clients has brought.
    package enum Accepted: Sendable {
        /// A client.
        case channel(SocketChannel)
        /// A client that was gone before it could be served, or whose connection could not be set up.
        case none
        /// Another thread has called ``SocketListener/wake()``.
        case woken
    }

    private let path: String
    private let socket: OwnedFileDescriptor
    private let wakeup: EventDescriptor
    private let identity: FileStatus?

    /// Starts to listen; the socket is for the owner only from the first moment on.
    ///
    /// A socket that a process left behind when it crashed is replaced; one that somebody listens at is not.
    package init(path: String) throws(Failure) {
        self.path = path
        do throws(SystemCallError) {
            wakeup = try EventDescriptor()
            socket = try UnixSocket.make()
            // Linux gives the name in the file system the mode of the socket.
            guard fchmod(socket.number, 0o600) == 0 else { throw .last("fchmod") }
        } catch {
            throw .system(error)
        }
        // Two that start at the same moment must not both find the other's socket dead, before it listens, and remove it.
        let lock = Self.lockDirectory(of: path)
        try Self.bind(socket.number, path)
        do throws(SystemCallError) {
            guard unsafe chmod(path, 0o600) == 0 else { throw .last("chmod") }
            guard listen(socket.number, 128) == 0 else { throw .last("listen") }
            identity = try FileStatus.of(path, followingLinks: false)
        } catch {
            throw .system(error)
        }
        _ = consume lock
    }

    /// Waits for a client.
    package func accept() throws(SystemCallError) -> Accepted {
        var entries = [
            pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeup.descriptor.number, events: Int16(POLLIN), revents: 0),
        ]
        _ = try retryingOnInterrupt("poll") { unsafe poll(&entries, 2, -1) }
        if entries[1].revents != 0 { return .woken }
        let number = clinux_accept(socket.number)
        guard number >= 0 else {
            let code = errno
            switch code {
            case EINTR, EAGAIN, ECONNABORTED, EPROTO: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // The client stays in the queue; looking again at once would burn the processor.
                var pause = pollfd(fd: wakeup.descriptor.number, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&pause, 1, 100)
                return .none
            default: throw SystemCallError(call: "accept4", code: code)
            }
        }
        guard let channel = try? SocketChannel(adopting: OwnedFileDescriptor(adopting: number)) else { return .none }
        return .channel(channel)
    }

    /// Ends the wait for a client, now and from now on.
    package func wake() {
        wakeup.signal()
    }

    /// Removes the socket from the file system, unless another one has taken its place.
    package func removeFile() {
        guard let identity, let present = try? FileStatus.of(path, followingLinks: false),
            present.device == identity.device, present.inode == identity.inode
        else { return }
        unsafe _ = unlink(path)
    }

    private static func bind(_ number: CInt, _ path: String) throws(Failure) {
        for attempt in 1...2 {
            do throws(SystemCallError) {
                return try unsafe UnixSocket.withAddress(path) { address, size throws(SystemCallError) in
                    guard unsafe Glibc.bind(number, address, size) == 0 else { throw .last("bind") }
                }
            } catch {
                guard error.code == EADDRINUSE, attempt == 1 else { throw .system(error) }
            }
            try removeStale(path)
        }
    }

    /// Removes a socket that nobody listens at.
    private static func removeStale(_ path: String) throws(Failure) {
        let status: FileStatus?
        do throws(SystemCallError) {
            status = try FileStatus.of(path, followingLinks: false)
        } catch {
            throw .system(error)
        }
        guard let status else { return }
        // To connect to a pipe or a device is refused just as to a socket that nobody listens at.
        guard status.isSocket else { throw .notASocket }
        do throws(SystemCallError) {
            _ = try UnixSocket.connect(path)
        } catch {
            guard error.code == ECONNREFUSED else { throw .system(error) }
            unsafe _ = unlink(path)
            return
        }
        throw .inUse
    }

    /// Locks the directory for the moment of the bind; if somebody keeps the lock, the bind is made all the same.
    private static func lockDirectory(of path: String) -> OwnedFileDescriptor? {
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard let descriptor = try? OwnedFileDescriptor.open(directory, flags: O_RDONLY | O_DIRECTORY) else {
            return nil
        }
        for _ in 0..<20 {
            if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 { break }
            _ = poll(nil, 0, 50)
        }
        return descriptor
    }
}
