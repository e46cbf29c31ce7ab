internal import LinuxSystem

/// The keys of the last messages, so many and so old at most; it has no clock.
struct SeenKeys: Sendable {
    private let limit: Int
    private let age: Duration
    private var keys: Set<String> = []
    private var order = RingBuffer<(key: String, forgetAt: MonotonicInstant)>()

    init(limit: Int, age: Duration) {
        self.limit = limit
        self.age = age
    }

    var count: Int { keys.count }

    /// Remembers a key; says `false` if it is remembered already.
    mutating func insert(_ key: String, now: MonotonicInstant) -> Bool {
        while let first = order.first, first.forgetAt <= now || order.count > limit {
            keys.remove(first.key)
            order.popFirst()
        }
        guard keys.insert(key).inserted else { return false }
        order.append((key, now.advanced(by: age)))
        if order.count > limit, let first = order.popFirst() { keys.remove(first.key) }
        return true
    }
}
