internal import PluginHost

/// The events that wait for one client; a client that reads too slowly loses events, and is told how many.
struct FollowQueue: Sendable {
    /// What the client is sent next.
    enum Item: Hashable, Sendable {
        case event(PluginEvent)
        case dropped(Int)
    }

    private let limit: Int
    private var events: [PluginEvent] = []
    private var dropped = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes an event; says whether there was room.
    mutating func offer(_ event: PluginEvent) {
        guard events.count < limit else {
            dropped += 1
            return
        }
        events.append(event)
    }

    /// Hands over all that waits, in order; those that were dropped came after the others.
    mutating func take() -> [Item] {
        var items = events.map(Item.event)
        if dropped > 0 { items.append(.dropped(dropped)) }
        events.removeAll(keepingCapacity: true)
        dropped = 0
        return items
    }
}
