internal import Synchronization

/// What was counted of a lane's calls by threads that count them no more, and by the lane's word when that was full.
///
/// It stays as long as the lane, for ever.
struct CallSum: ~Copyable {
    private let ended = Atomic<UInt64>(0)
    private let left = Atomic<UInt64>(0)

    static func make() -> UnsafePointer<CallSum> {
        let sum = UnsafeMutablePointer<CallSum>.allocate(capacity: 1)
        unsafe sum.initialize(to: CallSum())
        return unsafe UnsafePointer(sum)
    }

    /// Calls that were answered.
    var answered: UInt64 { ended.load(ordering: .relaxed) }

    /// Calls whose threads have ended in them, which never come out.
    var inFlight: UInt64 { left.load(ordering: .relaxed) }

    func add(inFlight: UInt64 = 0, answered: UInt64) {
        ended.wrappingAdd(answered, ordering: .relaxed)
        left.wrappingAdd(inFlight, ordering: .relaxed)
    }
}
