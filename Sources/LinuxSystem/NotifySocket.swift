internal import CLinux
internal import Glibc

/// Where a service manager takes the messages of the services that it runs: a datagram socket, `NOTIFY_SOCKET`.
package struct NotifySocket: ~Copyable, Sendable {
    /// How long a manager may take that has more messages than it reads.
    private static let patience = timeval(tv_sec: 2, tv_usec: 0)

    private let descriptor: OwnedFileDescriptor
    private let address: String

    /// Makes a socket for the address of the manager: a path, or `@` and a name that is in no file system.
    package init(_ address: String) throws(SystemCallError) {
        descriptor = try Self.make()
        self.address = address
    }

    private static func make() throws(SystemCallError) -> OwnedFileDescriptor {
        let number = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last("socket") }
        let descriptor = OwnedFileDescriptor(adopting: number)
        var limit = patience
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0 else { throw .last("setsockopt") }
        return descriptor
    }

    /// Sends a message; one that must not wait fails with EAGAIN where it would.
    ///
    /// The manager may have been started again meanwhile, so it is looked for anew each time.
    package borrowing func send(_ message: String, waits: Bool = true) throws(SystemCallError) {
        let (number, bytes) = (descriptor.number, Array(message.utf8))
        let flags = CInt(MSG_NOSIGNAL) | (waits ? 0 : CInt(MSG_DONTWAIT))
        try unsafe UnixSocket.withAddress(address, isAbstract: address.hasPrefix("@")) {
            (address, size) throws(SystemCallError) in
            _ = try retryingOnInterrupt("sendto") {
                unsafe bytes.withUnsafeBytes { unsafe sendto(number, $0.baseAddress, $0.count, flags, address, size) }
            }
        }
    }
}
