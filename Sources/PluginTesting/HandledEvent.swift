public import PluginSDK

/// What one handler has made of an event.
public struct HandledEvent: Hashable, Sendable {
    /// The name of the handler.
    public var handler: String
    /// How the event goes on after it.
    public var outcome: EventOutcome

    /// Creates one, to compare with.
    public init(_ handler: String, _ outcome: EventOutcome) {
        self.handler = handler
        self.outcome = outcome
    }
}
