internal import CLinux
internal import Glibc

/// One end of a connection between a process and its child that keeps messages apart.
package final class MessageSocket: LendableDescriptor {
    /// What became of a message.
    package enum Sent: Hashable, Sendable {
        case sent
        /// The other end reads too slowly; nothing was sent.
        case full
        /// Nobody is at the other end, or the message can't be sent at all.
        case refused(SystemCallError)
    }

    /// What a look has found.
    package enum Received: ~Copyable {
        case message([UInt8], OwnedFileDescriptor?)
        case nothing
        /// The other end is gone.
        case end
        /// What came could not be taken; there may be more.
        case damaged(SystemCallError)
    }

    /// No message is longer.
    package static let limit = 96 << 10

    private let descriptor: OwnedFileDescriptor

    /// Takes over a socket that was inherited.
    package init(adopting descriptor: consuming OwnedFileDescriptor) {
        self.descriptor = descriptor
    }

    /// Makes both ends.
    package static func makePair() throws(SystemCallError) -> (MessageSocket, MessageSocket) {
        var ends: [CInt] = [-1, -1]
        guard unsafe clinux_message_pair(&ends) == 0 else { throw .last("socketpair") }
        return (
            MessageSocket(adopting: OwnedFileDescriptor(adopting: ends[0])),
            MessageSocket(adopting: OwnedFileDescriptor(adopting: ends[1]))
        )
    }

    package func withNumber<Result, Failure: Error>(
        _ body: (CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(descriptor.number)
    }

    /// Sends a message, and a copy of a descriptor with it.
    package func send(
        _ bytes: [UInt8],
        with lent: (any LendableDescriptor)? = nil,
        waiting: Bool = false
    ) -> Sent {
        guard bytes.count <= Self.limit else { return .refused(SystemCallError(call: "sendmsg", code: EMSGSIZE)) }
        let number = descriptor.number
        do throws(SystemCallError) {
            _ = try retryingOnInterrupt("sendmsg") {
                unsafe bytes.withUnsafeBytes { bytes in
                    func send(_ lent: CInt) -> Int64 {
                        unsafe clinux_send_message(
                            number,
                            bytes.baseAddress,
                            UInt64(bytes.count),
                            lent,
                            waiting ? 1 : 0
                        )
                    }
                    guard let lent else { return send(-1) }
                    return lent.withNumber { send($0) }
                }
            }
            return .sent
        } catch {
            return error.code == EAGAIN ? .full : .refused(error)
        }
    }

    /// Sends a message, and waits until the deadline for the other end to have room for it.
    package func send(
        _ bytes: [UInt8],
        with lent: (any LendableDescriptor)? = nil,
        until deadline: MonotonicInstant
    ) -> Sent {
        while true {
            let sent = send(bytes, with: lent)
            let now = MonotonicInstant.now
            guard sent == .full, now < deadline else { return sent }
            var room = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
            // An interruption, and whatever else goes wrong here, only makes it try again.
            _ = unsafe poll(&room, 1, CInt(clamping: now.duration(to: deadline).wholeNanoseconds / 1_000_000 + 1))
        }
    }

    /// Waits until there is a message to take, or the end; `false` if the deadline comes first.
    package func wait(until deadline: MonotonicInstant) -> Bool {
        while true {
            let left = MonotonicInstant.now.duration(to: deadline).wholeNanoseconds
            guard left > 0 else { return false }
            var message = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            // An interruption only makes it wait again; whatever else goes wrong here, taking the message says so.
            let count = unsafe poll(&message, 1, CInt(clamping: left / 1_000_000 + 1))
            if count > 0 || (count < 0 && errno != EINTR) { return true }
        }
    }

    /// Takes the message that is next.
    package func receive(waiting: Bool) -> Received {
        let number = descriptor.number
        var lent: CInt = -1
        var failure: SystemCallError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.limit) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            do throws(SystemCallError) {
                func receive() throws(SystemCallError) -> Int {
                    let count = try retryingOnInterrupt("recvmsg") {
                        unsafe clinux_receive_message(number, start, UInt64(Self.limit), &lent, waiting ? 1 : 0)
                    }
                    return Int(count)
                }
                do throws(SystemCallError) {
                    filled = try receive()
                } catch {
                    // The kernel says once that the other end has left something unread, before what that has said.
                    guard error.code == ECONNRESET else { throw error }
                    filled = try receive()
                }
            } catch {
                failure = error
            }
        }
        var received: OwnedFileDescriptor?
        if lent >= 0 { received = OwnedFileDescriptor(adopting: lent) }
        if let failure {
            switch failure.code {
            case EAGAIN: return .nothing
            case EMSGSIZE: return .damaged(failure)
            default: return .end
            }
        }
        // No message of ours is empty: this is the end.
        guard !bytes.isEmpty else { return .end }
        return .message(bytes, received.take())
    }

    /// Calls the handler on the loop's thread whenever there is something to take, the end included, until cancelled.
    package func watch(
        on loop: EventLoop,
        _ handler: @escaping @Sendable () -> Void
    ) throws(SystemCallError) -> EventLoop.Registration {
        try loop.watch(descriptor.number, for: .readable) { _ in handler() }
    }
}
