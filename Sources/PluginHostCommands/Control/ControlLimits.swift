/// How much a control socket takes on.
package struct ControlLimits: Hashable, Sendable {
    /// How many clients are served at once; further ones are told that the host is busy.
    package var connections = 128
    /// The longest message, in bytes.
    package var messageSize = 64 * 1024 * 1024
    /// How many bytes of messages and answers the server keeps for all clients together, besides ``freeBytes`` for each.
    package var sharedBytes = 128 * 1024 * 1024
    /// How many bytes of messages and answers each client may leave lying without asking for room.
    package var freeBytes = 64 * 1024
    /// How many events wait for a client that reads too slowly; further ones are dropped and counted.
    package var queuedEvents = 1024
    /// How long a client may leave what it was sent unread, or a message unfinished, before it is let go.
    package var stall = Duration.seconds(30)

    package init() {}
}
