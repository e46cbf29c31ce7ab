internal import PluginHost

/// The events and records that wait for one client; a client that reads too slowly loses events, and is told how many.
struct FollowQueue: Sendable {
    /// What the client is sent next.
    enum Item: Hashable, Sendable {
        case event(PluginEvent)
        case record(LogRecord)
        case dropped(Int)
    }

    private let limit: Int
    private var waiting: [Item] = []
    private var dropped = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes an event.
    mutating func offer(_ event: PluginEvent) { offer(.event(event)) }

    /// Takes a record of the log.
    mutating func offer(_ record: LogRecord) { offer(.record(record)) }

    private mutating func offer(_ item: Item) {
        guard waiting.count < limit else {
            dropped += 1
            return
        }
        waiting.append(item)
    }

    /// Hands over all that waits, in order; those that were dropped came after the others.
    mutating func take() -> [Item] {
        var items = waiting
        if dropped > 0 { items.append(.dropped(dropped)) }
        waiting.removeAll(keepingCapacity: true)
        dropped = 0
        return items
    }
}
