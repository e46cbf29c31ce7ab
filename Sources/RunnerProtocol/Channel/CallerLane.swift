internal import Synchronization

/// What the host keeps about a lane, in memory that the runner does not have.
///
/// It belongs to whoever has taken the lane. The numbers are atomics because the next one is another thread, which sees them
/// by the order of putting the lane back and taking it.
struct CallerLane: ~Copyable {
    let budget = Atomic<UInt64>(SpinBudget().rawValue)
    /// The lane's latest request.
    let sequence = Atomic<UInt32>(0)
    /// Where its server ran last.
    let serverProcessor = Atomic<UInt32>(Spinning.unknownProcessor)
    /// Two callers must not share a line of the cache, nor a pair of lines.
    private let padding: InlineArray<28, UInt32> = .init(repeating: 0)
}
