internal import Synchronization

/// What the host keeps about a lane, in memory that the runner does not have.
///
/// It belongs to whoever has taken the lane. The numbers are atomics because the next one is another thread, which sees them
/// by the order of putting the lane back and taking it.
struct CallerLane: ~Copyable {
    let budget = Atomic<UInt64>(SpinBudget().rawValue)
    /// The lane's latest request.
    let sequence = Atomic<UInt32>(0)
    /// When its server last had to be woken, in nanoseconds.
    let lastWakeUp = Atomic<UInt64>(0)
    /// Whether that was soon after the time before.
    let isBusy = Atomic<Bool>(false)
    /// The name of the method that stands in the lane, if it is a short one, and how long it is.
    private var method = InlineArray<32, UInt8>(repeating: 0)
    private var methodSize = -1
    /// Two callers must not share a line of the cache, nor a pair of lines.
    private let padding: InlineArray<14, UInt32> = .init(repeating: 0)

    /// Whether this method stands in the lane already; if not, it is the one that will.
    ///
    /// What is not written again stays in the caches of both sides. Judged by a copy of the host's own: what the runner
    /// has made of the one in the lane is the runner's loss.
    @inline(__always)
    mutating func repeats(_ name: UnsafeRawBufferPointer) -> Bool {
        let size = name.count
        guard size <= 32, let start = name.baseAddress else {
            methodSize = size == 0 ? 0 : -1
            return size == 0
        }
        let isSame = unsafe withUnsafeMutableBytes(of: &method) { method in
            guard let known = method.baseAddress else { return false }
            // Names are short: to compare them here is as quick as to call what would, and leaves its page of code alone.
            if size == methodSize, (0..<size).allSatisfy({ unsafe method[$0] == name[$0] }) { return true }
            unsafe known.copyMemory(from: start, byteCount: size)
            return false
        }
        methodSize = size
        return isSame
    }
}
