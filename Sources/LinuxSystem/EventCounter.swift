/// A counter in the kernel that other processes can signal, and that an event loop can wait for.
package final class EventCounter: LendableDescriptor {
    private let event: EventDescriptor

    package init() throws(SystemCallError) {
        event = try EventDescriptor()
    }

    package func withNumber<Result, Failure: Error>(
        _ body: (CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(event.descriptor.number)
    }

    /// Calls the handler on the loop's thread whenever the counter was signalled, until cancelled.
    package func watch(
        on loop: EventLoop,
        _ handler: @escaping @Sendable () -> Void
    ) throws(SystemCallError) -> EventLoop.Registration {
        // To read the count could block: others have the descriptor too, and may take it, and may have it block.
        try loop.watch(event.descriptor.number, for: [.readable, .changes]) { _ in handler() }
    }
}
