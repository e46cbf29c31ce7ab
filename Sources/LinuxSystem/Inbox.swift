internal import Glibc
internal import Synchronization

/// Messages from any thread to one that also waits for other things.
package final class Inbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let counter: EventDescriptor

    package init() throws(SystemCallError) {
        counter = try EventDescriptor()
    }

    /// Puts a message in, and wakes the thread that waits.
    package func put(_ message: Message) {
        messages.withLock { $0.append(message) }
        counter.signal()
    }

    /// Takes all messages out, oldest first.
    package func take() -> [Message] {
        // In this order: what comes in between is there at the next wake-up, if not now.
        var value: UInt64 = 0
        var entry = pollfd(fd: counter.descriptor.number, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&entry, 1, 0) > 0 {
            _ = unsafe read(counter.descriptor.number, &value, MemoryLayout<UInt64>.size)
        }
        return messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }

    /// Lends the descriptor that is readable while there is a message.
    package func withNumber<Result>(_ body: (CInt) -> Result) -> Result {
        body(counter.descriptor.number)
    }
}
