/// What a method may want to know of the call that it serves, besides its input.
public struct PluginCall: Hashable, Sendable {
    /// Names the call in logs and reports; 0 if the caller gave none.
    public let id: UInt64
    /// When the caller stops waiting, in nanoseconds of `CLOCK_MONOTONIC`; 0 for never.
    private let nanoseconds: UInt64

    /// Creates a description of a call, for tests.
    public init(id: UInt64 = 0, deadlineInNanoseconds nanoseconds: UInt64 = 0) {
        self.id = id
        self.nanoseconds = nanoseconds
    }

    /// When the caller stops waiting, on the clock `CLOCK_MONOTONIC`; nil for never.
    public var deadline: Duration? {
        nanoseconds == 0 ? nil : .nanoseconds(Int64(clamping: nanoseconds))
    }
}
