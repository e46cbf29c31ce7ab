/// What a method may want to know of the call that it serves, besides its input.
public struct PluginCall: Hashable, Sendable {
    /// Names the call in logs and reports; 0 if the caller gave none.
    public let id: UInt64
    /// When the caller stops waiting, on the clock `CLOCK_MONOTONIC`; nil for never.
    public let deadline: Duration?

    /// Creates a description of a call.
    public init(id: UInt64 = 0, deadline: Duration? = nil) {
        self.id = id
        self.deadline = deadline
    }
}
