/// How often a generation is asked for a checkpoint: more and more seldom while each costs it its process, or a thread.
struct CheckpointPace: Hashable, Sendable {
    /// More doublings than this are no answer to anything.
    private static let mostDoublings = 30

    private var generation: UInt64 = 0
    /// How many in a row have cost too much.
    private var losses = 0
    /// How many intervals are left out before the next.
    private var left = 0

    /// How many intervals lie before the next one.
    var intervals: Int { left + 1 }

    /// Whether a checkpoint is to be made of a generation, an interval after the last time.
    mutating func isDue(for generation: UInt64) -> Bool {
        if generation != self.generation { self = CheckpointPace(generation: generation) }
        guard left > 0 else { return true }
        left -= 1
        return false
    }

    /// Takes note that one was made, or failed without any cost.
    mutating func went() {
        (losses, left) = (0, 0)
    }

    /// Takes note that one has cost too much.
    mutating func cost() {
        losses = min(losses + 1, Self.mostDoublings)
        left = 1 << losses - 1
    }

    init(generation: UInt64 = 0) {
        self.generation = generation
    }
}
