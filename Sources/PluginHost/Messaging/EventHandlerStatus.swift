/// How a handler of events stands: what it takes, and what became of the events that were for it (RS-10).
public struct EventHandlerStatus: Hashable, Sendable, Codable {
    /// The plugin that it is part of.
    public var plugin: String
    /// Its name in the plugin.
    public var name: String
    /// The patterns of the topics that it takes.
    public var topics: [String]
    /// Higher ones come first.
    public var priority: Int
    /// How long it may take for one event.
    public var deadlineSeconds: Double
    /// How many events may wait for it.
    public var queue: Int
    /// What is done with an event when so many wait: `drop-oldest`, `drop-newest` or `block`.
    public var overflow: String
    /// The events that wait for it now.
    public var waiting = 0
    /// Whether a call that was cut off has still not returned; events pass the handler by until it has.
    public var isStuck = false
    /// What became of the events that were for it.
    public var counts = Counts()

    /// What became of the events that were for a handler.
    public struct Counts: Hashable, Sendable, Codable {
        /// Those that it took, whatever it made of them; the ones below are not among them.
        public var handled: UInt64 = 0
        /// Those of the handled ones that it stopped.
        public var stopped: UInt64 = 0
        /// Those of the handled ones that it changed.
        public var changed: UInt64 = 0
        /// Those that it failed on.
        public var failed: UInt64 = 0
        /// Those for which it was cut off at its deadline.
        public var timedOut: UInt64 = 0
        /// Those that passed it by while it was stuck.
        public var skipped: UInt64 = 0
        /// Those that its full queue had no room for.
        public var dropped: UInt64 = 0
    }

    init(_ handler: EventHandler) {
        let declaration = handler.declaration
        plugin = handler.key.plugin
        name = handler.key.name
        topics = declaration.topics
        priority = declaration.priority
        deadlineSeconds =
            Double(declaration.deadline.components.seconds)
            + Double(declaration.deadline.components.attoseconds) / 1e18
        queue = declaration.queue
        overflow = declaration.overflow.rawValue
    }
}
