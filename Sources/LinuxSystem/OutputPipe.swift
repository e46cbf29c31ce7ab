internal import CLinux
internal import Glibc

/// The end of a pipe at which this process reads what a child prints.
package final class OutputPipe: Sendable {
    /// What is left after a look into the pipe.
    package enum Rest: Hashable, Sendable {
        /// Nothing at present.
        case nothing
        /// Perhaps more: the look has reached its limit.
        case more
        /// Nothing ever: the child, and all that it has started, have closed the pipe.
        case end
    }

    private static let pieceSize = 65_536

    private let descriptor: OwnedFileDescriptor

    init(_ descriptor: consuming OwnedFileDescriptor) throws(SystemCallError) {
        // The other end is not affected: a pipe's two ends have flags of their own.
        guard fcntl(descriptor.number, F_SETFL, O_NONBLOCK) == 0 else { throw .last("fcntl") }
        self.descriptor = descriptor
    }

    /// Hands over what is there, up to a limit in bytes, and says what is left.
    ///
    /// Never blocks.
    package func drain(limit: Int, _ body: ([UInt8]) -> Void) -> Rest {
        var taken = 0
        while taken < limit {
            switch readPiece(upTo: min(Self.pieceSize, limit - taken)) {
            case .failure(let error): return error.code == EAGAIN ? .nothing : .end
            case .success(let bytes):
                if bytes.isEmpty { return .end }
                taken += bytes.count
                body(bytes)
            }
        }
        return .more
    }

    /// Hands over everything, until all writers have closed the pipe.
    ///
    /// Blocks the thread.
    package func readToEnd(_ body: ([UInt8]) -> Void) {
        while drain(limit: .max, body) == .nothing {
            var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, -1)
        }
    }

    /// Calls the handler on the loop's thread whenever there is something to drain, the end included, until cancelled.
    package func watch(
        on loop: EventLoop,
        _ handler: @escaping @Sendable () -> Void
    ) throws(SystemCallError) -> EventLoop.Registration {
        try loop.watch(descriptor.number, for: .readable) { _ in handler() }
    }

    private func readPiece(upTo size: Int) -> Result<[UInt8], SystemCallError> {
        let number = descriptor.number
        var failure: SystemCallError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            let start = buffer.baseAddress
            do throws(SystemCallError) {
                filled = try retryingOnInterrupt("read") { unsafe read(number, start, size) }
            } catch {
                failure = error
            }
        }
        return failure.map { .failure($0) } ?? .success(bytes)
    }
}
