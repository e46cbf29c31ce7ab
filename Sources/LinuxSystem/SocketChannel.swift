internal import CLinux
internal import Glibc

/// One end of a connection: one thread reads, writes and waits, and any other may wake it.
package final class SocketChannel: Sendable {
    /// Why a wait has ended.
    package struct Readiness: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Something can be read, if only the end.
        package static let readable = Readiness(rawValue: 1)
        /// Something can be written.
        package static let writable = Readiness(rawValue: 2)
        /// The other end is gone for good.
        package static let gone = Readiness(rawValue: 4)
        /// Another thread has called ``SocketChannel/wake()``.
        package static let woken = Readiness(rawValue: 8)
    }

    /// What a read has found.
    package enum Received: Hashable, Sendable {
        /// Some bytes.
        case bytes([UInt8])
        /// Nothing yet.
        case nothing
        /// The other end will send no more.
        case end
    }

    let socket: OwnedFileDescriptor
    private let wakeup: EventDescriptor

    init(adopting socket: consuming OwnedFileDescriptor) throws(SystemCallError) {
        wakeup = try EventDescriptor()
        let flags = fcntl(socket.number, F_GETFL)
        guard flags >= 0, fcntl(socket.number, F_SETFL, flags | O_NONBLOCK) == 0 else { throw .last("fcntl") }
        self.socket = socket
    }

    /// The user at the other end; `nil` if the kernel can't tell.
    package var peerUser: UInt32? {
        UInt32(exactly: clinux_peer_user(socket.number))
    }

    /// Ends the wait of the thread that waits now or next.
    package func wake() {
        wakeup.signal()
    }

    /// Waits until something can be read or written, the other end is gone, another thread wakes this one, or the time
    /// has passed, in which case nothing is ready.
    package func wait(reading: Bool, writing: Bool, timeout: Duration? = nil) throws(SystemCallError) -> Readiness {
        let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        var entries = [
            pollfd(fd: socket.number, events: Int16(events), revents: 0),
            pollfd(fd: wakeup.descriptor.number, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = timeout.map { CInt(clamping: $0.wholeNanoseconds / 1_000_000) } ?? -1
        let count = unsafe poll(&entries, 2, milliseconds)
        guard count >= 0 else {
            let error = SystemCallError.last("poll")
            guard error.code == EINTR else { throw error }
            // A signal is as good a reason to look again as a wake-up.
            return .woken
        }
        var ready: Readiness = []
        let mask = CInt(entries[0].revents)
        if mask & POLLIN != 0 { ready.insert(.readable) }
        if mask & POLLOUT != 0 { ready.insert(.writable) }
        if mask & (POLLHUP | POLLERR | POLLNVAL) != 0 { ready.insert(.gone) }
        if entries[1].revents != 0 {
            var value: UInt64 = 0
            _ = unsafe read(wakeup.descriptor.number, &value, MemoryLayout<UInt64>.size)
            ready.insert(.woken)
        }
        return ready
    }

    /// Reads what there is, up to the limit, without waiting.
    package func receive(limit: Int = 65_536) throws(SystemCallError) -> Received {
        var failure: SystemCallError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            do throws(SystemCallError) {
                let start = buffer.baseAddress
                filled = try retryingOnInterrupt("recv") { unsafe recv(socket.number, start, limit, 0) }
            } catch {
                failure = error
            }
        }
        guard let failure else { return bytes.isEmpty ? .end : .bytes(bytes) }
        switch failure.code {
        case EAGAIN: return .nothing
        case ECONNRESET: return .end
        default: throw failure
        }
    }

    /// Writes as much from the position on as goes without waiting, and says how much that was.
    ///
    /// A closed connection fails with EPIPE, and raises no signal.
    package func send(_ bytes: [UInt8], from position: Int = 0) throws(SystemCallError) -> Int {
        guard position < bytes.count else { return 0 }
        do throws(SystemCallError) {
            return try retryingOnInterrupt("send") {
                unsafe bytes.withUnsafeBytes { buffer in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[position...])
                    return unsafe Glibc.send(socket.number, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
                }
            }
        } catch {
            guard error.code == EAGAIN else { throw error }
            return 0
        }
    }

    /// Writes all of the bytes, waiting where it must.
    package func sendAll(_ bytes: [UInt8]) throws(SystemCallError) {
        var sent = 0
        while sent < bytes.count {
            sent += try send(bytes, from: sent)
            if sent < bytes.count { _ = try wait(reading: false, writing: true) }
        }
    }

    /// Ends the connection; a thread that waits for the other end finds that it has ended.
    package func hangUp() {
        _ = shutdown(socket.number, CInt(SHUT_RDWR))
    }
}
