internal import Synchronization

/// What the callers in a storm of reloads have to know.
final class StormWeather: Sendable {
    private let currentInterval = Atomic(0)
    private let newestTag = Atomic<UInt64>(1)
    private let hasEnded = Atomic(false)

    /// The interval that a call belongs to which begins or ends now.
    var interval: Int { currentInterval.load(ordering: .acquiring) }

    /// The oldest build that may answer a call which begins now.
    var tag: UInt64 { newestTag.load(ordering: .acquiring) }

    var isOver: Bool { hasEnded.load(ordering: .relaxed) }

    func next() { currentInterval.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    func reloaded(to tag: UInt64) { newestTag.store(tag, ordering: .releasing) }

    func end() { hasEnded.store(true, ordering: .relaxed) }
}
