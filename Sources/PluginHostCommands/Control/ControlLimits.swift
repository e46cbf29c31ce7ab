/// How much a control socket takes on.
package struct ControlLimits: Hashable, Sendable {
    /// How many clients are served at once; further ones are told that the host is busy.
    package var connections = 128
    /// The longest message, in bytes.
    package var messageSize = 64 * 1024 * 1024
    /// How many events wait for a client that reads too slowly; further ones are dropped and counted.
    package var queuedEvents = 1024
    /// How long a client may leave what it was sent unread before it is let go.
    package var stall = Duration.seconds(30)

    package init() {}
}
