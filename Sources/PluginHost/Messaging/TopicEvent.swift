public import struct FoundationEssentials.Date

/// Something that was published on a topic, for whoever listens there (RS-10).
public struct TopicEvent: Hashable, Sendable {
    /// What it is about: words joined by points.
    public var topic: String
    /// Its number; no other event of this run of the host has it.
    public var id: UInt64
    /// The plugin that published it, or `host`.
    public var source: String
    /// When it was published.
    public var time: Date
    /// What it says, as it was published; handlers may get it changed.
    public var data: [UInt8]
}

/// Where an event went.
public struct EventReceipt: Hashable, Sendable, Codable {
    /// The event's number.
    public var id: UInt64
    /// How many handlers of plugins it is on its way to.
    public var handlers: Int
    /// How many listeners of the embedding program it was given to.
    public var listeners: Int
}
